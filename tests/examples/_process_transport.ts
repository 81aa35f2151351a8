import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types";
import type { LineProcess } from "../fixtures/servers/line_process.ts";

/** MCP over the lines of a process. The SDK's own transport leaves a timer behind at its end. */
export class ProcessTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #process: LineProcess;
  #ended: Promise<void> = Promise.resolve();

  /** Takes the process over. */
  constructor(process: LineProcess) {
    this.#process = process;
  }

  // deno-lint-ignore require-await -- the interface wants a promise
  async start(): Promise<void> {
    this.#ended = this.#receive();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#process.write(JSON.stringify(message));
  }

  /** Ends the server's input, and fails where the server does not exit by itself then. */
  async close(): Promise<void> {
    await this.#process.endInput();
    await this.#ended;
    const { code } = await this.#process.child.status;
    await this.#process[Symbol.asyncDispose]();
    this.onclose?.();
    if (code !== 0) throw new Error(`The server exited with the code ${code}`);
  }

  async #receive(): Promise<void> {
    let line: string | undefined;
    while ((line = await this.#process.read()) !== undefined) this.onmessage?.(JSON.parse(line));
  }
}
