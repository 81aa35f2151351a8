/** Something that waits for its share. */
interface Waiting {
  readonly owner: string;
  readonly bytes: number;
  readonly grant: (share: Disposable) => void;
}

/**
 * Shares out an amount of memory among owners: none has more than half of it, and what does not fit
 * waits its turn. A share that would be larger than that counts as half, so that the largest comes
 * through too.
 */
export class MemoryShares {
  readonly #maxBytes: number;
  readonly #held = new Map<string, number>();
  readonly #waiting: Waiting[] = [];
  #total = 0;

  /** @param maxBytes of all shares together */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are held now. */
  get heldBytes(): number {
    return this.#total;
  }

  /**
   * Takes a share; disposing of it gives it back.
   *
   * @param signal gives up waiting: the promise rejects with its reason
   */
  take(owner: string, bytes: number, signal: AbortSignal): Disposable | Promise<Disposable> {
    const cost = Math.min(bytes, this.#maxBytes / 2);
    if (this.#waiting.length === 0 && this.#fits(owner, cost)) return this.#grant(owner, cost);
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
    const waiting: Waiting = { owner, bytes: cost, grant: resolve };
    const giveUp = () => {
      const place = this.#waiting.indexOf(waiting);
      if (place >= 0) this.#waiting.splice(place, 1);
      reject(signal.reason);
      this.#serveNext();
    };
    this.#waiting.push(waiting);
    signal.addEventListener("abort", giveUp);
    this.#serveNext();
    if (signal.aborted) giveUp();
    return promise.finally(() => signal.removeEventListener("abort", giveUp));
  }

  #fits(owner: string, bytes: number): boolean {
    return this.#isWithinHalf(owner, bytes) && this.#total + bytes <= this.#maxBytes;
  }

  #isWithinHalf(owner: string, bytes: number): boolean {
    return (this.#held.get(owner) ?? 0) + bytes <= this.#maxBytes / 2;
  }

  #grant(owner: string, bytes: number): Disposable {
    this.#add(owner, bytes);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#add(owner, -bytes);
        this.#serveNext();
      },
    };
  }

  #add(owner: string, bytes: number): void {
    this.#total += bytes;
    const held = (this.#held.get(owner) ?? 0) + bytes;
    if (held === 0) this.#held.delete(owner);
    else this.#held.set(owner, held);
  }

  /** Waiters, in their order; only an owner at its half is passed over. */
  #serveNext(): void {
    for (let place = 0; place < this.#waiting.length;) {
      const { owner, bytes, grant } = this.#waiting[place]!;
      if (!this.#isWithinHalf(owner, bytes)) place++;
      else if (this.#total + bytes > this.#maxBytes) return;
      else {
        this.#waiting.splice(place, 1);
        grant(this.#grant(owner, bytes));
      }
    }
  }
}
