import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import process from "node:process";
import type { GatewayServices } from "../gateway_services.ts";
import { createMcpServer } from "./create_mcp_server.ts";
import { endSession } from "./end_session.ts";
import { boundLines } from "./bound_lines.ts";
import { callerOf } from "./caller_auth.ts";
import { introduce } from "./introduce.ts";
import type { McpServices } from "./mcp_tool.ts";
import { newStateKey } from "./new_state_key.ts";

const INVALID_REQUEST = -32_600;

/**
 * Serves one client over standard input and output, and resolves when it has gone. A client that
 * begins with a handshake has one session of Airlock as long as it stays.
 */
export async function serveMcpStdio(gateway: GatewayServices): Promise<void> {
  const { runtime, report } = gateway;
  const services: McpServices = { ...gateway, track() {}, stateKey: newStateKey() };
  const { bodyBytes: maxBytes } = runtime.config.gateway;
  const lines = boundLines({ maxBytes, onTooLong: (id) => void refuseLine(id) });
  const transport = new ClientTransport(process.stdin.pipe(lines), process.stdout, {
    // A line and its end, and the end of the one before.
    maxBufferSize: maxBytes + 2,
  });
  // One line too long is one message that is refused: the client's others are answered.
  const refuseLine = (id: string | number | null) =>
    transport.send({
      jsonrpc: "2.0",
      id: id as string | number,
      error: {
        code: INVALID_REQUEST,
        message: `Cannot read message: it has more than ${maxBytes} bytes`,
      },
    }).catch(report);
  const session = `mcp-${crypto.randomUUID()}`;
  const handle = serveStdio(async ({ era }) => {
    const instructions = await introduce(runtime, callerOf(undefined).name);
    return createMcpServer({ services, instructions, ...(era === "legacy" && { session }) });
  }, { transport, onerror: report });
  await transport.closed;
  await handle.close();
  await endSession(runtime, session);
}

/** A transport that can be waited for: the callback that tells of its end is the library's. */
class ClientTransport extends StdioServerTransport {
  readonly #closed = Promise.withResolvers<void>();

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#closed.resolve();
  }
}
