const FIRST_LENGTH = 1_024;
const MAX_LENGTH = 16_384;

/** Arrays of numbers, the way the runtime stores them. */
type NumberArray = Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/** Many small arrays in few large ones: an array of its own for each would keep the collector busy. */
export class Pool<T extends NumberArray> {
  readonly #create: (length: number) => T;
  #chunk: T;
  #used = 0;

  constructor(create: (length: number) => T) {
    this.#create = create;
    this.#chunk = create(FIRST_LENGTH);
  }

  /** Room for so many numbers. */
  take(length: number): T {
    if (this.#used + length > this.#chunk.length) {
      const next = Math.min(MAX_LENGTH, this.#chunk.length * 2);
      this.#chunk = this.#create(Math.max(next, length));
      this.#used = 0;
    }
    return this.#chunk.subarray(this.#used, this.#used += length) as T;
  }
}
