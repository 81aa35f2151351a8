import { AirlockError } from "../errors.ts";
import { readStream } from "../process/read_stream.ts";
import { FrameWriter } from "../rpc/frame_writer.ts";
import { decodeBody, type Frame, readFrames } from "../rpc/frames.ts";

/** A module's JavaScript, or what the runtime has against its TypeScript; see `src/guest/strip_child.ts`. */
export type Stripped =
  | {
    readonly js: string;
    /** A source map in JSON; absent where lines and columns are the author's. */
    readonly map?: string;
  }
  | { readonly error: string };

/** Turns TypeScript into JavaScript. */
export interface Stripper extends AsyncDisposable {
  /**
   * Types become blanks, so that positions stay; enums, namespaces and parameter properties need
   * code, and positions are then traced back.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX where it is nested too deeply
   */
  strip(source: string): Promise<Stripped>;
}

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

  async function strip(source: string): Promise<Stripped> {
    return await ask(source).catch(() => askAlone(source)).catch((cause) => {
      throw new AirlockError("PROGRAM_SYNTAX", "Cannot read program: it is nested too deeply", {
        cause,
      });
    });
  }

  return { strip, [Symbol.asyncDispose]: async () => await child?.[Symbol.asyncDispose]() };
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
