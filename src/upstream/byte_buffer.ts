/** Bytes that grow at the end: appending is linear in the bytes, however small the parts are. */
export class ByteBuffer {
  #buffer = new Uint8Array(0);
  #length = 0;

  /** How many bytes it holds. */
  get length(): number {
    return this.#length;
  }

  /** Copies `part` to the end. */
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

  /** Gives a view of all bytes, good until the next change. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Gives all bytes for good and is empty again. */
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
