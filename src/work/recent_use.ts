const HALF_LIFE_MS = 10_000;
/** Use below this counts as none. */
const NOTHING_MS = 1;
/** Principals remembered before those without use are forgotten. */
const MANY = 256;

/** The CPU time that each principal used lately. */
export class RecentUse {
  readonly #accounts = new Map<string, { readonly usedMs: number; readonly atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(principal: string, ms: number): void {
    const usedMs = this.of(principal) + ms;
    this.#accounts.set(principal, { usedMs, atMs: this.#now() });
    if (this.#accounts.size > MANY) this.#forget();
  }

  /** Returns the use of late, in milliseconds. */
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
