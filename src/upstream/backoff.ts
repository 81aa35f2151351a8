/** Delay after the first failure; each further one doubles it. */
const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 30_000;
/** A connection that held this long was a good one. */
const STABLE_MS = 5_000;

/** Options of {@linkcode Backoff}. */
export interface BackoffOptions {
  /** Default: the system's clock, in milliseconds. */
  readonly now?: () => number;
  /** Default: `Math.random`. */
  readonly random?: () => number;
}

/** Decides when a server that failed may be tried again. */
export class Backoff {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #connectedAt: number | undefined;
  #nextAt = 0;

  constructor({ now = Date.now, random = Math.random }: BackoffOptions = {}) {
    this.#now = now;
    this.#random = random;
  }

  /** How long to wait before the next attempt. */
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
    if (held >= STABLE_MS) {
      this.#failures = 0;
      return;
    }
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    // Between half and all of it, so that many hosts do not come back at once.
    this.#nextAt = this.#now() + delay * (0.5 + this.#random() / 2);
  }
}
