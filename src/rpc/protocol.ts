/**
 * What host and worker say to each other, frame by frame. The only file that both sides share.
 *
 * A frame is `length (u32) · type (u8) · id (u32) · body`, big-endian; `length` counts the bytes
 * after itself; the body is JSON in UTF-8. A connection opens with a `hello` of the worker.
 */

/** Raised with every change that an older worker would not understand. */
export const PROTOCOL_VERSION = 2;

/** The types of frames, and who sends them. */
export const FRAME = {
  /** worker: `{version, role, token?}`, the first frame of a connection. */
  hello: 1,
  /** worker: `{server, tool, arguments}`; answered with `answer` or `refusal` of the same id. */
  call: 2,
  /** worker: `{method, params}` of the `airlock` module; answered likewise. */
  ask: 3,
  /** worker, on its standard output: {@linkcode Log}. */
  log: 4,
  /** worker, on its standard output: no more lines come. */
  logEnd: 7,
  /** worker: `{value}`, what the program returned; the last frame of a run. */
  value: 5,
  /** worker: {@linkcode ThrownError}; the last frame of a run that failed. */
  thrown: 6,
  /** host: {@linkcode Start} to the program's thread, {@linkcode Clock} to the stub. */
  start: 16,
  /** host: the JSON value of a call or an ask. */
  answer: 17,
  /** host: {@linkcode Refusal} of a call or an ask. */
  refusal: 18,
} as const;

/**
 * The variable that the worker asks for when the program has ended. It is refused; where permissions
 * that are touched are written down, this says that no more come.
 */
export const END_OF_RECORD = "AIRLOCK_PROGRAM_ENDED";

/** Bytes before the body. */
export const FRAME_HEADER_BYTES = 9;

/** Who speaks on a connection: the stub on the main thread, or the program's thread. */
export type Role = "control" | "program";

/** Where the run's RPC listener is. */
export type HostAddress =
  | { readonly transport: "unix"; readonly path: string }
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number };

/** Body of `hello`. */
export interface Hello {
  readonly version: number;
  readonly role: Role;
  /** Only over TCP: proves that the process was started by this host for this run. */
  readonly token?: string;
}

/** Body of `call`. */
export interface Call {
  readonly server: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly clock?: ClockReads | undefined;
}

/** Body of `ask`. */
export interface Ask {
  readonly method: string;
  readonly params: unknown;
  readonly clock?: ClockReads | undefined;
}

/** What the program's clock said since the last frame: pairs of a time and how often it was read. */
export type ClockReads = readonly number[];

/** Body of `log`. */
export interface Log {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** Body of `start`. */
export interface Start {
  /** URL of the program's module. */
  readonly module: string;
  /** Calls that may be under way at once; the worker keeps further ones back. */
  readonly callsInFlight: number;
  /** Files and folders that the workspace may hold. */
  readonly workspaceFiles: number;
  /** What time and chance are made of, so that they can be the same again. */
  readonly chance: RunChance;
}

/** What time and chance of a run are made of. */
export interface RunChance {
  /** When it was started for the first time, in milliseconds since 1970. */
  readonly startedAt: number;
  /** 32 bytes, in hexadecimal. */
  readonly seed: string;
  /** All that its clock said before. */
  readonly clockReads: ClockReads;
}

/** Body of `start` on the control connection. */
export interface Clock {
  /** Milliseconds after which the stub ends the process, should the host not have. */
  readonly timeoutMs: number;
}

/** Body of `thrown`. */
export interface ThrownError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** The code of a refusal that the program did not catch. */
  readonly code?: string;
}

/** Body of `refusal`: the worker throws it as an error of class `name`. */
export interface Refusal {
  readonly name: "McpToolError" | "AirlockError";
  readonly code: string;
  readonly message: string;
}

/** One frame, its body not parsed yet. */
export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Uint8Array;
}

/** Frames as they arrive, all that one read brought at once. */
export type FrameBatches = AsyncGenerator<Frame[], void, void>;

/** Why bytes are no frames. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Options of {@linkcode encodeFrame}. */
export interface EncodeFrameOptions {
  /** One of {@linkcode FRAME}. */
  readonly type: number;
  /** Ties an answer to its call; 0 where there is none. */
  readonly id: number;
  /** The body: JSON in UTF-8. */
  readonly body: Uint8Array;
}

/** Why a frame is not read: it says that it is longer than it may be. */
export class FrameTooLargeError extends Error {
  override readonly name = "FrameTooLargeError";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Makes the bytes of a frame. */
export function encodeFrame({ type, id, body }: EncodeFrameOptions): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length - 4);
  view.setUint8(4, type);
  view.setUint32(5, id);
  frame.set(body, FRAME_HEADER_BYTES);
  return frame;
}

/** Makes the body of a frame; what JSON has no form for becomes null. */
export function encodeBody(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value) ?? "null");
}

/** Parses the body of a frame. Throws {@linkcode FrameError} where it is not JSON. */
export function decodeBody(frame: Frame): unknown {
  try {
    return JSON.parse(decoder.decode(frame.body));
  } catch (cause) {
    throw new FrameError("Cannot read frame: the body is not JSON", { cause });
  }
}

/** What frames are read from. */
export interface ByteReader {
  read(into: Uint8Array): Promise<number | null>;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * Yields the frames that arrive, all that one read brought at once.
 *
 * @param maxBytes of one frame; a longer one is an error before its body is read
 * @throws {FrameError} where the bytes are no frames
 * @throws {FrameTooLargeError}
 */
export async function* readFrames(
  reader: ByteReader,
  maxBytes: number,
): FrameBatches {
  let buffer = new Uint8Array(CHUNK_BYTES);
  let start = 0;
  let end = 0;
  for (;;) {
    const count = await reader.read(buffer.subarray(end));
    if (count === null) {
      if (end > start) throw new FrameError("Cannot read frame: the connection ended within one");
      return;
    }
    end += count;
    const frames: Frame[] = [];
    for (let length; (length = completeFrame(buffer, start, { end, maxBytes })) !== undefined;) {
      frames.push(frameAt(buffer, start, length));
      start += 4 + length;
    }
    if (frames.length > 0) yield frames;
    if (start === end) start = end = 0;
    if (end === buffer.length || buffer.length - start < CHUNK_BYTES / 2) {
      // Grows as bytes arrive, never on the word of a length alone.
      const next = new Uint8Array(Math.max(CHUNK_BYTES, (end - start) * 2));
      next.set(buffer.subarray(start, end));
      buffer = next;
      end -= start;
      start = 0;
    }
  }
}

function completeFrame(
  buffer: Uint8Array,
  start: number,
  { end, maxBytes }: { end: number; maxBytes: number },
): number | undefined {
  if (end - start < 4) return undefined;
  const length = new DataView(buffer.buffer, buffer.byteOffset + start).getUint32(0);
  if (length > maxBytes) throw new FrameTooLargeError(`Cannot read frame: ${length} bytes`);
  if (length < FRAME_HEADER_BYTES - 4) throw new FrameError("Cannot read frame: it has no header");
  return end - start < 4 + length ? undefined : length;
}

function frameAt(buffer: Uint8Array, start: number, length: number): Frame {
  const view = new DataView(buffer.buffer, buffer.byteOffset + start);
  return {
    type: view.getUint8(4),
    id: view.getUint32(5),
    // A copy: the buffer is written again by the next read.
    body: buffer.slice(start + FRAME_HEADER_BYTES, start + 4 + length),
  };
}

/** What frames are written to. */
export interface ByteWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes frames in order; those of one turn of the event loop go out in one write. */
export class FrameWriter {
  readonly #writer: ByteWriter;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #flushing: Promise<void> | undefined;

  /** Writes to `writer`, which nobody else writes to. */
  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** Bytes that wait to be written. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Queues a frame; resolves when it and all before it are written. */
  send(type: number, id: number, value: unknown): Promise<void> {
    return this.sendBody(type, id, encodeBody(value));
  }

  /** Like `send`, of a body made before. */
  sendBody(type: number, id: number, body: Uint8Array): Promise<void> {
    const frame = encodeFrame({ type, id, body });
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    return this.#flushing ??= this.#flush();
  }

  async #flush(): Promise<void> {
    try {
      await undefined; // lets the frames of this turn gather
      while (this.#queue.length > 0) {
        const bytes = this.#takeBatch();
        for (let written = 0; written < bytes.length;) {
          written += await this.#writer.write(bytes.subarray(written));
        }
        this.#queuedBytes -= bytes.length;
      }
    } finally {
      this.#flushing = undefined;
    }
  }

  #takeBatch(): Uint8Array {
    const [first] = this.#queue;
    if (first !== undefined && (this.#queue.length === 1 || first.length >= CHUNK_BYTES)) {
      this.#queue.shift();
      return first;
    }
    let count = 0;
    let bytes = 0;
    for (const frame of this.#queue) {
      if (bytes + frame.length > CHUNK_BYTES) break;
      bytes += frame.length;
      count++;
    }
    const batch = new Uint8Array(bytes);
    let at = 0;
    for (const frame of this.#queue.splice(0, count)) {
      batch.set(frame, at);
      at += frame.length;
    }
    return batch;
  }
}
