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
}

/** Frames as they arrive, all that one read brought at once. */
export type FrameBatches = AsyncGenerator<Frame[], void, void>;

/** Why bytes are no frames. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Options of {@linkcode encodeFrame}. */
export interface EncodeFrameOptions {
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

/** What is read and written at once, as far as frames allow. */
export const CHUNK_BYTES = 64 * 1024;

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
