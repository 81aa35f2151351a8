/**
 * Frames: what host and worker say, as bytes. A frame is `length (u32) · type (u8) · id (u32) · body`,
 * big-endian; `length` counts the bytes after itself; the body is JSON in UTF-8. A connection opens
 * with a `hello` of the worker.
 */

/** Bytes before the body. */
const FRAME_HEADER_BYTES = 9;

/** One frame, its body not parsed yet. */
export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Uint8Array;
  /** What it holds of the memory for frames, where that is bounded. */
  readonly hold?: FrameHold | undefined;
}

/** What is known of a frame before its body has come. */
export interface FrameHead {
  readonly type: number;
  readonly id: number;
  /** Length of the body. */
  readonly bytes: number;
}

/** A share of the memory for frames; disposing of it gives it back. */
export interface FrameHold extends Disposable {
  /** JSON values in the body. */
  readonly nodes: number;
  /** Commas of its outermost object or list. */
  readonly outerCommas: number;
}

/** Judges frames while they are read. */
export interface FrameGuard {
  /** Says whether a body may come, by throwing; nothing of it is read before it is done. */
  admit(head: FrameHead): Promise<void> | undefined;
  /** Looks at the next part of the body. */
  look?(part: Uint8Array): void;
  /** The body is whole. */
  finish?(head: FrameHead): Promise<FrameHold> | FrameHold;
}

/** Frames as they arrive, all that one read brought at once. */
export type FrameBatches = AsyncGenerator<Frame[], void, void>;

/** Why bytes are no frames. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Options of {@linkcode encodeFrame}. */
interface EncodeFrameOptions {
  /** One of `FRAME`. */
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

/** The body of a frame as text. Throws {@linkcode FrameError} where it is not UTF-8. */
function decodeText(frame: Frame): string {
  try {
    return decoder.decode(frame.body);
  } catch (cause) {
    throw new FrameError("Cannot read frame: the body is not UTF-8", { cause });
  }
}

/** Like {@linkcode decodeText}, and pauses now and then, so that others have their turn. */
export function* decodeTextInSteps({ body }: Pick<Frame, "body">): Generator<void, string> {
  const stream = new TextDecoder("utf-8", { fatal: true });
  const parts: string[] = [];
  try {
    for (let at = 0; at < body.length; at += STEP_BYTES) {
      parts.push(stream.decode(body.subarray(at, at + STEP_BYTES), { stream: true }));
      yield;
    }
    parts.push(stream.decode());
  } catch (cause) {
    throw new FrameError("Cannot read frame: the body is not UTF-8", { cause });
  }
  return parts.join("");
}

/** Parses the body of a frame. Throws {@linkcode FrameError} where it is not JSON. */
export function decodeBody(frame: Frame): unknown {
  const text = decodeText(frame);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FrameError("Cannot read frame: the body is not JSON", { cause });
  }
}

/** What frames are read from. */
interface ByteReader {
  read(into: Uint8Array): Promise<number | null>;
}

/** What is read and written at once, as far as frames allow. */
export const CHUNK_BYTES = 64 * 1024;

/**
 * Yields the frames that arrive, all that one read brought at once.
 *
 * @param maxBytes of one frame; a longer one is an error before its body is read
 * @throws {FrameError} where the bytes are no frames
 * @throws {FrameTooLargeError}
 */
export function readFrames(reader: ByteReader, maxBytes: number): FrameBatches {
  return readGuardedFrames(reader, {
    admit({ bytes }) {
      if (bytes + FRAME_HEADER_BYTES - 4 <= maxBytes) return undefined;
      throw new FrameTooLargeError(`Cannot read frame: ${bytes} bytes`);
    },
  });
}

/**
 * Like {@linkcode readFrames}, with each frame judged while it is read.
 *
 * @throws what the guard throws
 */
export async function* readGuardedFrames(reader: ByteReader, guard: FrameGuard): FrameBatches {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let start = 0;
  let end = 0;
  for (;;) {
    const count = await reader.read(buffer.subarray(end));
    if (count === null) {
      if (end > start) throw cutOff();
      return;
    }
    end += count;
    let frames: Frame[] = [];
    for (let head; (head = headAt(buffer, start, end)) !== undefined;) {
      const admitted = guard.admit(head);
      if (admitted !== undefined) {
        // What is complete may be what makes room for it.
        if (frames.length > 0) yield frames;
        frames = [];
        await admitted;
      }
      const from = start + FRAME_HEADER_BYTES;
      const here = buffer.subarray(from, end < from + head.bytes ? end : from + head.bytes);
      start = from + here.length;
      const isWhole = here.length === head.bytes;
      if (!isWhole && frames.length > 0) yield frames;
      if (!isWhole) frames = [];
      const body = new Uint8Array(head.bytes);
      body.set(here);
      guard.look?.(here);
      if (!isWhole) await readRest(reader, body, { from: here.length, guard });
      const finished = guard.finish?.(head);
      if (finished instanceof Promise) {
        if (frames.length > 0) yield frames;
        frames = [];
      }
      const hold = finished instanceof Promise ? await finished : finished;
      // No method of a list: in a program's thread a program may have put its own in its place.
      frames[frames.length] = { type: head.type, id: head.id, body, hold };
    }
    if (frames.length > 0) yield frames;
    // What is left is less than a header.
    buffer.copyWithin(0, start, end);
    end -= start;
    start = 0;
  }
}

function headAt(buffer: Uint8Array, start: number, end: number): FrameHead | undefined {
  if (end - start < 4) return undefined;
  const view = new DataView(buffer.buffer, buffer.byteOffset + start);
  const length = view.getUint32(0);
  if (length < FRAME_HEADER_BYTES - 4) throw new FrameError("Cannot read frame: it has no header");
  if (end - start < FRAME_HEADER_BYTES) return undefined;
  const bytes = length + 4 - FRAME_HEADER_BYTES;
  return { type: view.getUint8(4), id: view.getUint32(5), bytes };
}

/** Reads into a body where it has its place; the system gives memory only as bytes arrive. */
async function readRest(
  reader: ByteReader,
  body: Uint8Array,
  { from, guard }: { from: number; guard: FrameGuard },
): Promise<void> {
  for (let place = from; place < body.length;) {
    const count = await reader.read(body.subarray(place, place + READ_BYTES));
    if (count === null) throw cutOff();
    guard.look?.(body.subarray(place, place + count));
    place += count;
  }
}

/** What is decoded at a stretch. */
const STEP_BYTES = 1024 * 1024;

/** What is read of a large body at once: its guard needs less than a millisecond for it. */
const READ_BYTES = 4 * CHUNK_BYTES;

function cutOff(): FrameError {
  return new FrameError("Cannot read frame: the connection ended within one");
}
