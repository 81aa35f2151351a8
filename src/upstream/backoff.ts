/** Delay after the first failure; each further one doubles it. */
const FIRST_DELAY_MS = 200;

const MAX_DELAY_MS = 30_000;

/** A connection that held this long ends the delays. */
const STABLE_MS = 5_000;

/** Decides when a server that failed may be tried again. `now` is a clock in milliseconds. */
export class Backoff {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #connectedAt: number | undefined;
  #nextAt = 0;

  constructor({ now = Date.now, random = Math.random } = {}) {
    this.#now = now;
    this.#random = random;
  }

  /** The wait before the next attempt. */
  get remainingMs(): number {
    return Math.max(0, this.#nextAt - this.#now());
  }

  /** An attempt has succeeded. */
  connected(): void {
    this.#connectedAt = this.#now();
  }

  /** An attempt has failed, or a connection is lost. */
  failed(): void {
    const held = this.#connectedAt === undefined ? 0 : this.#now() - this.#connectedAt;
    this.#connectedAt = undefined;
    this.#failures = held >= STABLE_MS ? 0 : this.#failures + 1;
    if (this.#failures === 0) return;
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1));
    // Between half and all of it, so that many hosts do not reconnect at once.
    this.#nextAt = this.#now() + delay * (0.5 + this.#random() / 2);
  }
}
