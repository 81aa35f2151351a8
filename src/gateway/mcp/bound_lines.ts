import { Buffer } from "node:buffer";
import { Transform } from "node:stream";

/** Options of {@linkcode boundLines}. */
export interface BoundLinesOptions {
  /** Of a line, without its end. */
  readonly maxBytes: number;
  /** Hears of a longer one, with the id of its message; null where that cannot be read. */
  readonly onTooLong: (id: string | number | null) => void;
}

const NEWLINE = 0x0a;

/** Passes on whole lines, and leaves out those that are too long, of which nothing is kept. */
export function boundLines({ maxBytes, onTooLong }: BoundLinesOptions): Transform {
  let line: Uint8Array[] = [];
  let size = 0;
  let tooLong: MessageOutline | undefined;

  function take(bytes: Uint8Array): void {
    size += bytes.length;
    if (size <= maxBytes) return void line.push(bytes);
    tooLong ??= new MessageOutline();
    for (const part of [...line, bytes]) tooLong.add(part);
    line = [];
  }

  function end(stream: Transform): void {
    if (tooLong !== undefined) onTooLong(tooLong.id());
    else stream.push(Buffer.concat([...line, Uint8Array.of(NEWLINE)]));
    [line, size, tooLong] = [[], 0, undefined];
  }

  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      let from = 0;
      for (let at; (at = chunk.indexOf(NEWLINE, from)) !== -1; from = at + 1) {
        take(chunk.subarray(from, at));
        end(this);
      }
      take(chunk.subarray(from));
      done();
    },
    flush(done) {
      if (size > 0) end(this);
      done();
    },
  });
}

const MAX_OUTLINE_BYTES = 4_096;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = [0x7b, 0x5b];
const CLOSING = [0x7d, 0x5d];

/** What stands at the top of a message of any length, with nothing in its objects and lists. */
class MessageOutline {
  readonly #bytes: number[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const isShown = this.#step(byte) <= 1;
      if (isShown && this.#bytes.length < MAX_OUTLINE_BYTES) this.#bytes.push(byte);
    }
  }

  /** The message's id; null where it has none, or is no message. */
  id(): string | number | null {
    try {
      const message: { readonly id?: unknown } = JSON.parse(
        new TextDecoder().decode(Uint8Array.from(this.#bytes)),
      );
      const { id } = message;
      return typeof id === "string" || typeof id === "number" ? id : null;
    } catch {
      return null;
    }
  }

  /** How deep the byte stands; a bracket stands where what it is in does. */
  #step(byte: number): number {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return this.#depth;
    }
    if (byte === QUOTE) this.#inString = true;
    if (OPENING.includes(byte)) return this.#depth++;
    if (CLOSING.includes(byte)) return --this.#depth;
    return this.#depth;
  }
}
