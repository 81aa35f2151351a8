import { AirlockError } from "../model/errors.ts";

/** CPU time counts for so long. */
const WINDOW_MS = 60_000;

const STEP_MS = 1_000;

type Use = { readonly at: number; ms: number };

/** The CPU time that each principal has used within the last minute, in its workers or for them. */
export class PrincipalCpu {
  readonly #maxMs: number;
  readonly #now: () => number;
  readonly #uses = new Map<string, Use[]>();

  constructor({ maxMs, now = () => performance.now() }: {
    /** CPU time that one principal may use within a minute, in milliseconds. */
    readonly maxMs: number;
    /** Default: the monotonic clock. */
    readonly now?: () => number;
  }) {
    this.#maxMs = maxMs;
    this.#now = now;
  }

  add(principal: string, ms: number): void {
    if (!(ms > 0)) return;
    const at = Math.floor(this.#now() / STEP_MS) * STEP_MS;
    const uses = this.#recent(principal);
    const last = uses.at(-1);
    if (last?.at === at) last.ms += ms;
    else uses.push({ at, ms });
    this.#uses.set(principal, uses);
  }

  usedWithin(principal: string, ms: number): number {
    const since = this.#now() - ms;
    return this.#recent(principal).reduce((sum, use) => use.at >= since ? sum + use.ms : sum, 0);
  }

  isOver(principal: string): boolean {
    return this.#waitMs(principal) > 0;
  }

  /**
   * Checks that a principal may start a run.
   *
   * @throws {AirlockError} BUSY where it has used more than it may, with the time until it may start one
   */
  refuseOver(principal: string): void {
    const waitMs = this.#waitMs(principal);
    if (waitMs === 0) return;
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    throw new AirlockError(
      "BUSY",
      `Cannot start run: the programs of "${principal}" used more CPU time within a minute than ` +
        `they may: principalCpuMs is ${this.#maxMs} ms`,
      { hint: `Ask again in ${retryAfterSeconds} seconds`, retryAfterSeconds },
    );
  }

  #waitMs(principal: string): number {
    const uses = this.#recent(principal);
    let over = uses.reduce((sum, { ms }) => sum + ms, 0) - this.#maxMs;
    if (over <= 0) return 0;
    const freeing = uses.find(({ ms }) => (over -= ms) <= 0) ?? uses.at(-1)!;
    return freeing.at + STEP_MS + WINDOW_MS - this.#now();
  }

  /** Drops what has left the window; returns the rest. */
  #recent(principal: string): Use[] {
    const uses = this.#uses.get(principal) ?? [];
    const since = this.#now() - WINDOW_MS - STEP_MS;
    while (uses.length > 0 && uses[0]!.at <= since) uses.shift();
    if (uses.length === 0) this.#uses.delete(principal);
    return uses;
  }
}
