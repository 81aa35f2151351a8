import { type ProcessGroup, spawnGroup } from "../process/spawn_group.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { ByteBuffer, type Line, LineSplitter } from "./byte_lines.ts";
import { type Channel, type ChannelEvents, ConnectionError, type Message } from "./channel.ts";
import type { LaunchPlan } from "./plan_launch.ts";
import { readJsonInSteps, readMessages } from "./read_messages.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";

/** How much of a server's stderr is kept. */
const STDERR_BYTES = 8_192;
/** How long the output of a process that has ended may still take to arrive. */
const DRAIN_MS = 500;
const LINE_END = new Uint8Array([0x0a]);

/** Options of {@linkcode StdioChannel}. */
export interface StdioChannelOptions {
  readonly reaper: Reaper;
  /** Of one message, in either direction. */
  readonly maxMessageBytes: number;
}

/** Speaks with a server that is a child process: one JSON message a line on stdin and stdout. */
export class StdioChannel implements Channel {
  readonly #plan: LaunchPlan;
  readonly #options: StdioChannelOptions;
  readonly #splitter: LineSplitter;
  readonly #stderr = new ByteBuffer();
  readonly #decoder = new TextDecoder();
  /** Requests that wait for an answer; any other answer comes too late. */
  readonly #waiting = new Set<unknown>();
  /** Requests that are being written, by their ids. */
  readonly #encoding = new Map<unknown, Promise<unknown>>();
  #spawned: Promise<ProcessGroup> | undefined;
  #running: Running | undefined;
  #unsentBytes = 0;
  #closing = false;

  constructor(plan: LaunchPlan, options: StdioChannelOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#splitter = new LineSplitter(options.maxMessageBytes);
  }

  /** Starts the process, which `open` does otherwise: it gets ready while its caller does. */
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
    const over = this.#watch({ group, events, read }).finally(async () => {
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
    if (this.#running === undefined || this.#closing) throw new ConnectionError("it is closed");
    if (this.#unsentBytes + line.length > 2 * this.#options.maxMessageBytes) {
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
    // A server that does not read would hold the close up.
    void writer.close().catch(() => {});
    await group.end();
    await over;
  }

  /** A request that is long takes a while, and what cancels it must not overtake it. */
  async #encode(message: Message): Promise<Uint8Array<ArrayBuffer>> {
    const { id, method, params } = message;
    if (method === "notifications/cancelled") {
      await this.#encoding.get((params as { requestId?: unknown }).requestId);
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
    return this.#spawned ??= spawnGroup(commandLine, { ...options, reaper: this.#options.reaper })
      .catch((cause) => {
        throw new ConnectionError("its command could not be started", { detail: String(cause) });
      });
  }

  #follow({ id, method, params }: Message): void {
    if (id !== undefined && method !== undefined) this.#waiting.add(id);
    if (method === "notifications/cancelled") {
      this.#waiting.delete((params as { requestId?: unknown }).requestId);
    }
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
          // The SDK takes notifications up later than answers: progress would come too late.
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
      // Many servers print a greeting.
      return [];
    }
  }

  /** Fails the one call that the line answers, whose id is near one of its ends. */
  #refuse({ head, tail }: Extract<Line, { kind: "oversized" }>): readonly Message[] {
    const first = /^\s*\{(?:"jsonrpc":\s*"2\.0",\s*)?"id":\s*(\d+)/.exec(
      this.#decoder.decode(head),
    );
    const last = /"id":\s*(\d+)\s*\}\s*$/.exec(this.#decoder.decode(tail));
    const id = first?.[1] ?? last?.[1];
    if (id === undefined) return [];
    const message = `The answer is larger than ${this.#options.maxMessageBytes} bytes`;
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

  /** Resolves when the process is gone; tells why unless it was closed. */
  async #watch({ group, events, read }: Watched): Promise<void> {
    await Promise.race([read, group.ended]);
    // Its last answers may still be in the pipe, or its end not yet known.
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
  /** Resolves when nothing of it is left. */
  readonly over: Promise<void>;
}

interface Watched {
  readonly group: ProcessGroup;
  readonly events: ChannelEvents;
  readonly read: Promise<void>;
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
