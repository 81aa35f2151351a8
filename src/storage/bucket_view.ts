import type { Bucket, Entry } from "./ports.ts";

/** The entries of a bucket in memory, read again as far as they have changed. */
export class BucketView<T> {
  readonly #bucket: Bucket<T>;
  readonly #entries = new Map<string, Entry<T>>();
  #revision = 0;
  #reading: Promise<void> | undefined;

  constructor(bucket: Bucket<T>) {
    this.#bucket = bucket;
  }

  /** Returns all entries as they are by now, by key, in the order of their first writes. */
  async read(): Promise<ReadonlyMap<string, Entry<T>>> {
    // A read that is under way may have begun before the write that the caller knows of.
    await this.#reading?.catch(() => {});
    this.#reading ??= this.#catchUp().finally(() => this.#reading = undefined);
    await this.#reading;
    return this.#entries;
  }

  async #catchUp(): Promise<void> {
    for (const { key, value, revision } of await this.#bucket.changes(this.#revision)) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, { value, revision });
      this.#revision = revision;
    }
  }
}
