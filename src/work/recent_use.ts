/** After so long, what was used counts half. */
const HALF_LIFE_MS = 10_000;
/** Who has used less than this lately has used nothing. */
const NOTHING_MS = 1;
/** So many are remembered before those with nothing are forgotten. */
const MANY = 256;

interface Account {
  usedMs: number;
  atMs: number;
}

/** What each principal used of the CPU lately. */
export class RecentUse {
  readonly #accounts = new Map<string, Account>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Writes down what was used. */
  add(principal: string, ms: number): void {
    const usedMs = this.of(principal) + ms;
    this.#accounts.set(principal, { usedMs, atMs: this.#now() });
    if (this.#accounts.size > MANY) this.#forget();
  }

  /** What was used lately, in milliseconds. */
  of(principal: string): number {
    const account = this.#accounts.get(principal);
    if (account === undefined) return 0;
    return account.usedMs * 2 ** ((account.atMs - this.#now()) / HALF_LIFE_MS);
  }

  #forget(): void {
    for (const principal of this.#accounts.keys()) {
      if (this.of(principal) < NOTHING_MS) this.#accounts.delete(principal);
    }
  }
}
