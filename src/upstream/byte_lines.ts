/** Bytes that grow at the end: appending is linear in the bytes, however small the parts are. */
export class ByteBuffer {
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(part: Uint8Array): void {
    const needed = this.#length + part.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      larger.set(this.bytes());
      this.#buffer = larger;
    }
    this.#buffer.set(part, this.#length);
    this.#length = needed;
  }

  /** Returns a view of all bytes, valid until the next change. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Returns all bytes and is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.bytes();
    this.#buffer = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }

  /** Keeps only the last `count` bytes. */
  keepLast(count: number): void {
    if (this.#length <= count) return;
    this.#buffer = this.#buffer.slice(this.#length - count, this.#length);
    this.#length = count;
  }
}

/** One line of a stream, without its end. */
export type Line =
  | { readonly kind: "line"; readonly bytes: Uint8Array }
  /** Longer than the limit: only its two ends were kept. */
  | { readonly kind: "oversized"; readonly head: Uint8Array; readonly tail: Uint8Array };

/** Bytes kept of either end of an oversized line. */
const KEPT_BYTES = 512;
const LINE_FEED = 0x0a;

/** Cuts a stream of chunks into lines, in linear time and bounded memory. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #line = new ByteBuffer();
  /** The last bytes of a line that has become longer than the limit. */
  #tail: ByteBuffer | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next chunk and returns the lines that end in it. */
  *split(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    let end: number;
    while ((end = chunk.indexOf(LINE_FEED, start)) >= 0) {
      yield this.#end(chunk.subarray(start, end));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  /** Returns the bytes after the last line feed, if there are any. */
  *finish(): Generator<Line> {
    if (this.#line.length > 0) yield this.#end(new Uint8Array(0));
  }

  #end(part: Uint8Array): Line {
    if (this.#line.length === 0 && part.length <= this.#maxBytes) {
      return { kind: "line", bytes: part };
    }
    this.#keep(part);
    const tail = this.#tail?.take();
    this.#tail = undefined;
    const bytes = this.#line.take();
    return tail === undefined
      ? { kind: "line", bytes }
      : { kind: "oversized", head: bytes.subarray(0, KEPT_BYTES), tail };
  }

  #keep(part: Uint8Array): void {
    if (this.#tail === undefined) {
      if (this.#line.length + part.length <= this.#maxBytes) return this.#line.append(part);
      const head = this.#line.take();
      this.#tail = new ByteBuffer();
      this.#tail.append(head.subarray(-KEPT_BYTES));
      this.#line.append(head.slice(0, KEPT_BYTES));
      this.#line.append(part.subarray(0, KEPT_BYTES));
    }
    this.#tail.append(part.subarray(-KEPT_BYTES));
    this.#tail.keepLast(KEPT_BYTES);
  }
}
