import { AirlockError, type Position } from "../errors.ts";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { readStream } from "../process/read_stream.ts";
import { FrameWriter } from "../rpc/frame_writer.ts";
import { decodeBody, type Frame, readFrames } from "../rpc/frames.ts";
import { explainSyntaxError } from "./explain_syntax_error.ts";

/** A module's JavaScript, and the way back to where its author wrote it. */
export interface StrippedModule {
  readonly js: string;
  /** The author's position of a position in `js`. */
  toSource(position: Position): Position;
}

/** Turns TypeScript into JavaScript. */
export interface Stripper extends AsyncDisposable {
  /**
   * Types become blanks, so that positions stay; enums, namespaces and parameter properties need
   * code, and positions are then traced back.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX with the position
   */
  strip(source: string): Promise<StrippedModule>;
}

/** What the child answers, see `src/guest/strip_child.ts`. */
type Stripped = { readonly js: string; readonly map?: string } | { readonly error: string };

/** Options of {@linkcode createStripper}. */
export interface CreateStripperOptions {
  /** Starts the child; its ends are pipes. */
  start(): Deno.ChildProcess;
  /** Longest wait for one module, after which the child is replaced. Default: 5,000. */
  readonly timeoutMs?: number;
}

const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/**
 * Makes a stripper on a child process, started at the first use and replaced when it dies: the
 * runtime's TypeScript parser is native code, and a text of a few thousand brackets overflows its
 * stack, which ends the process that it runs in.
 */
export function createStripper({ start, timeoutMs = 5_000 }: CreateStripperOptions): Stripper {
  let child: StripChild | undefined;

  function ask(source: string): Promise<Stripped> {
    if (child === undefined || child.dead) child = new StripChild(start());
    return child.ask(source, timeoutMs);
  }

  /** Those that were under way when the child died try again alone, one after the other. */
  let alone: Promise<unknown> = Promise.resolve();
  function askAlone(source: string): Promise<Stripped> {
    const mine = alone.then(() => ask(source));
    alone = mine.catch(() => {});
    return mine;
  }

  async function strip(source: string): Promise<StrippedModule> {
    const answer = await ask(source).catch(() => askAlone(source)).catch((cause) => {
      throw new AirlockError("PROGRAM_SYNTAX", "Cannot read program: it is nested too deeply", {
        cause,
      });
    });
    if ("error" in answer) throw explainSyntaxError(source, answer.error);
    const { js, map } = answer;
    return { js, toSource: map === undefined ? (position) => position : tracer(map) };
  }

  return { strip, [Symbol.asyncDispose]: async () => await child?.[Symbol.asyncDispose]() };
}

function tracer(map: string): StrippedModule["toSource"] {
  const traced = new TraceMap(map);
  return ({ line, column }) => {
    const found = originalPositionFor(traced, { line, column: column - 1 });
    return found.line === null ? { line, column } : { line: found.line, column: found.column + 1 };
  };
}

interface Pending {
  resolve(answer: Stripped): void;
  reject(error: Error): void;
}

class StripChild implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #writer: FrameWriter;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #lastId = 0;
  dead = false;

  constructor(process: Deno.ChildProcess) {
    this.#process = process;
    const input = process.stdin.getWriter();
    this.#input = input;
    this.#writer = new FrameWriter({
      async write(bytes) {
        await input.write(bytes);
        return bytes.length;
      },
    });
    this.#ended = this.#read();
  }

  async ask(source: string, timeoutMs: number): Promise<Stripped> {
    const id = ++this.#lastId;
    const timer = setTimeout(() => this.#kill(), timeoutMs);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#writer.send(0, id, source).catch(reject);
      });
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  async #read(): Promise<void> {
    const output = readStream(this.#process.stdout);
    try {
      for await (const frames of readFrames(output, MAX_FRAME_BYTES)) {
        for (const frame of frames) this.#settle(frame);
      }
    } catch {
      // A child that dies within a frame is a child that died.
    }
    this.dead = true;
    this.#kill();
    await this.#process.status;
    await this.#input.close().catch(() => {});
    await output.cancel();
    for (const { reject } of this.#pending.values()) {
      reject(new AirlockError("INTERNAL", "Cannot strip types: the process ended"));
    }
  }

  #settle(frame: Frame): void {
    this.#pending.get(frame.id)?.resolve(decodeBody(frame) as Stripped);
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It ended by itself.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill();
    await this.#ended;
  }
}
