import { type ProcessGroup, spawnGroup } from "../process/spawn_group.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { ByteBuffer, type Line, LineSplitter } from "./byte_lines.ts";
import { type Channel, type ChannelEvents, ConnectionError, type Message } from "./channel.ts";
import type { LaunchPlan } from "./plan_launch.ts";
import { readJsonInSteps, readMessages } from "./read_messages.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";

/** Last bytes of a server's stderr that are kept. */
const STDERR_BYTES = 8_192;
/** Time for the last output of a process that has ended. */
const DRAIN_MS = 500;
const LINE_END = new Uint8Array([0x0a]);

/** A channel to a child process: one JSON message a line on stdin and stdout. */
export class StdioChannel implements Channel {
  readonly #plan: LaunchPlan;
  readonly #reaper: Reaper;
  readonly #maxMessageBytes: number;
  readonly #splitter: LineSplitter;
  readonly #stderr = new ByteBuffer();
  readonly #decoder = new TextDecoder();
  /** Ids of open requests; any other answer is dropped. */
  readonly #waiting = new Set<unknown>();
  /** Requests that are being encoded, by their ids. */
  readonly #encoding = new Map<unknown, Promise<unknown>>();
  #spawned: Promise<ProcessGroup> | undefined;
  #running: Running | undefined;
  #unsentBytes = 0;
  #closing = false;

  constructor(
    plan: LaunchPlan,
    { reaper, maxMessageBytes }: { readonly reaper: Reaper; readonly maxMessageBytes: number },
  ) {
    this.#plan = plan;
    this.#reaper = reaper;
    this.#maxMessageBytes = maxMessageBytes;
    this.#splitter = new LineSplitter(maxMessageBytes);
  }

  /** Starts the process early, which `open` does otherwise. */
  async start(): Promise<void> {
    await this.#spawn();
  }

  async open(events: ChannelEvents): Promise<void> {
    const group = await this.#spawn();
    const stdout = group.stdout.getReader();
    const stderr = group.stderr.getReader();
    const writer = group.stdin.getWriter();
    const read = this.#read(stdout, events);
    const drained = this.#drain(stderr);
    const over = this.#watch(group, events, read).finally(async () => {
      void writer.close().catch(() => {});
      await Promise.all([stdout.cancel(), stderr.cancel()].map((done) => done.catch(() => {})));
      await Promise.all([read, drained]);
    });
    this.#running = { group, writer, over };
    if (this.#closing) await this.close();
  }

  async send(message: Message): Promise<void> {
    if (this.#running === undefined || this.#closing) throw new ConnectionError("it is closed");
    this.#follow(message);
    const line = await this.#encode(message);
    if (this.#closing) throw new ConnectionError("it is closed");
    if (this.#unsentBytes + line.length > 2 * this.#maxMessageBytes) {
      throw new ConnectionError("it does not read its input");
    }
    this.#unsentBytes += line.length + 1;
    try {
      const { writer } = this.#running;
      void writer.write(line).catch(() => {});
      await writer.write(LINE_END);
    } catch {
      throw new ConnectionError("it closed its input");
    } finally {
      this.#unsentBytes -= line.length + 1;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#running === undefined) return;
    const { writer, group, over } = this.#running;
    // Not awaited: a server may not read.
    void writer.close().catch(() => {});
    await group.end();
    await over;
  }

  /** Encodes a message; a cancellation waits for its request, which may be long. */
  async #encode(message: Message): Promise<Uint8Array<ArrayBuffer>> {
    const { id, method, params } = message;
    if (method === "notifications/cancelled") {
      await this.#encoding.get(requestIdOf(params));
    }
    const encoded = withTurns(encodeJsonInSteps(message));
    this.#encoding.set(id, encoded);
    try {
      return await encoded;
    } finally {
      if (this.#encoding.get(id) === encoded) this.#encoding.delete(id);
    }
  }

  #spawn(): Promise<ProcessGroup> {
    const { commandLine, ...options } = this.#plan;
    return this.#spawned ??= spawnGroup(commandLine, { ...options, reaper: this.#reaper })
      .catch((cause) => {
        throw new ConnectionError("its command could not be started", { detail: String(cause) });
      });
  }

  #follow({ id, method, params }: Message): void {
    if (id !== undefined && method !== undefined) this.#waiting.add(id);
    if (method === "notifications/cancelled") this.#waiting.delete(requestIdOf(params));
  }

  async #read(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    events: ChannelEvents,
  ): Promise<void> {
    while (true) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      const lines = value === undefined ? this.#splitter.finish() : this.#splitter.split(value);
      for (const line of lines) {
        for (const message of await this.#parse(line)) {
          this.#receive(message, events);
          // The SDK handles notifications a turn later than answers: progress would be lost.
          if (!("id" in message)) await undefined;
        }
      }
      if (value === undefined) return;
    }
  }

  #receive(message: Message, events: ChannelEvents): void {
    const isAnswer = !("method" in message);
    if (isAnswer && !this.#waiting.delete(Number(message.id))) return;
    if (!this.#closing) events.message(message);
  }

  async #parse(line: Line): Promise<readonly Message[]> {
    if (line.kind === "oversized") return this.#refuse(line);
    try {
      return readMessages(await withTurns(readJsonInSteps(line.bytes)));
    } catch {
      // Many servers print lines that are no messages.
      return [];
    }
  }

  /** Fails the one call that the line answers, whose id is near one of its ends. */
  #refuse({ head, tail }: Extract<Line, { kind: "oversized" }>): readonly Message[] {
    const [first, last] = [this.#decoder.decode(head), this.#decoder.decode(tail)];
    const id = /^\s*\{(?:"jsonrpc":\s*"2\.0",\s*)?"id":\s*(\d+)/.exec(first)?.[1] ??
      /"id":\s*(\d+)\s*\}\s*$/.exec(last)?.[1];
    if (id === undefined) return [];
    const message = `The answer is larger than ${this.#maxMessageBytes} bytes`;
    return [{ jsonrpc: "2.0", id: Number(id), error: { code: -32_603, message } }];
  }

  async #drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    while (true) {
      const { value } = await reader.read().catch(() => ({ value: undefined }));
      if (value === undefined) return;
      this.#stderr.append(value);
      this.#stderr.keepLast(STDERR_BYTES);
    }
  }

  /** Resolves when the process has ended; reports an end that `close` did not cause. */
  async #watch(group: ProcessGroup, events: ChannelEvents, read: Promise<void>): Promise<void> {
    await Promise.race([read, group.ended]);
    // The last answers may still be in the pipe, or the end of the process not yet known.
    const exited = await within(DRAIN_MS, Promise.all([read, group.ended]));
    if (!exited && !this.#closing) await group.end();
    const status = await group.ended;
    if (this.#closing) return;
    this.#closing = true;
    const detail = this.#decoder.decode(this.#stderr.bytes());
    const message = exited ? explain(status) : "it closed its output";
    events.lost(new ConnectionError(message, { detail }));
  }
}

interface Running {
  readonly group: ProcessGroup;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Resolves when the process and its streams have ended. */
  readonly over: Promise<void>;
}

function requestIdOf(params: unknown): unknown {
  return (params as { requestId?: unknown }).requestId;
}

function explain({ code, signal }: Deno.CommandStatus): string {
  return signal === null ? `it exited with code ${code}` : `it was killed by ${signal}`;
}

async function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([done.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}
