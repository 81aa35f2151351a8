import { clearImmediate, setImmediate } from "node:timers";
import { AirlockError } from "../model/errors.ts";

/** The longest that work holds the event loop at a stretch. */
const SLICE_MS = 3;
/** A principal's work rests so many times as long as it had the thread, while others have runs. */
const REST_A_MS = 3;
/** Rest that may be owed before work waits: short runs never owe as much. */
const CREDIT_MS = 10;

/**
 * Shares the host's one thread between principals, for work on their bytes. One slice is done in a
 * turn of the event loop, one principal after the other; while others have runs, each rests three
 * times as long as it worked.
 */
class HostTurns {
  readonly #runs = new Map<string, number>();
  readonly #freeAt = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();
  /** The last of each principal's pieces of work, which wait for each other. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** Whether the next waiter goes on in the next turn of the event loop. */
  #isDue = false;
  /** Time that this turn of the event loop has had, for all principals. */
  #spentMs = 0;
  #turnEnd: ReturnType<typeof setImmediate> | undefined;

  /** Notes that a principal has a run, until the result is disposed of. */
  enter(principal: string): Disposable {
    this.#runs.set(principal, (this.#runs.get(principal) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = this.#runs.get(principal)! - 1;
        if (left > 0) this.#runs.set(principal, left);
        else this.#runs.delete(principal);
      },
    };
  }

  /** Counts how long a principal had the thread. */
  charge(principal: string, ms: number): void {
    const now = performance.now();
    this.#spentMs += ms;
    if (this.isSpent) this.#turnEnd ??= setImmediate(() => this.#endTurn());
    if (this.#freeAt.size > 1_000) this.#forget(now);
    this.#freeAt.set(principal, Math.max(now, this.#freeAt.get(principal) ?? 0) + ms * REST_A_MS);
  }

  /** Tells whether this turn of the event loop is spent: new work waits for another. */
  get isSpent(): boolean {
    return this.#spentMs >= SLICE_MS;
  }

  /** Does a small piece of a principal's work when that may go on, one after the other. */
  async inTurn<T>(principal: string, act: () => T): Promise<T> {
    const before = this.#last.get(principal);
    if (before === undefined && !this.#mustWait(principal)) return this.#charged(principal, act);
    const turn = (before ?? Promise.resolve()).then(() =>
      this.#mustWait(principal) ? this.rest(principal) : undefined
    ).then(() => this.#charged(principal, act));
    const ended = turn.then(() => {}, () => {});
    this.#last.set(principal, ended);
    try {
      return await turn;
    } finally {
      if (this.#last.get(principal) === ended) this.#last.delete(principal);
    }
  }

  /** Resolves when a principal may begin work: at once unless it owes a rest or this turn is spent. */
  async afford(principal: string): Promise<void> {
    if (this.#mustWait(principal)) await this.rest(principal);
  }

  /** Resolves when a principal has had its rest, in a turn of the event loop of its own. */
  async rest(principal: string): Promise<void> {
    const restMs = this.#restMs(principal);
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
    const { promise, resolve } = Promise.withResolvers<void>();
    const own = this.#waiting.get(principal);
    if (own === undefined) this.#waiting.set(principal, [resolve]);
    else own.push(resolve);
    this.#nextSoon();
    await promise;
  }

  /** Begins a stretch of work that looks now and then whether its slice is over. */
  slices(principal: string): Slices {
    return new Slices(this, principal);
  }

  #charged<T>(principal: string, act: () => T): T {
    const began = performance.now();
    try {
      return act();
    } finally {
      this.charge(principal, performance.now() - began);
    }
  }

  #mustWait(principal: string): boolean {
    return this.isSpent || this.#restMs(principal) > CREDIT_MS;
  }

  #endTurn(): void {
    clearImmediate(this.#turnEnd);
    this.#turnEnd = undefined;
    this.#spentMs = 0;
  }

  #restMs(principal: string): number {
    const hasOthers = this.#runs.size > (this.#runs.has(principal) ? 1 : 0);
    return hasOthers ? (this.#freeAt.get(principal) ?? 0) - performance.now() : 0;
  }

  /** An immediate ends with its turn of the event loop: unlike a timer, it outlives no test. */
  #nextSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#next());
  }

  /** Lets one waiter of one principal go on; the principal is then the last in line. */
  #next(): void {
    this.#isDue = false;
    this.#endTurn();
    const [first] = this.#waiting;
    if (first === undefined) return;
    const [principal, waiters] = first;
    this.#waiting.delete(principal);
    const waiter = waiters.shift()!;
    if (waiters.length > 0) this.#waiting.set(principal, waiters);
    if (this.#waiting.size > 0) this.#nextSoon();
    waiter();
  }

  #forget(now: number): void {
    for (const [principal, freeAt] of this.#freeAt) {
      if (freeAt < now) this.#freeAt.delete(principal);
    }
  }
}

class Slices {
  readonly #turns: HostTurns;
  readonly #principal: string;
  #began = performance.now();

  constructor(turns: HostTurns, principal: string) {
    this.#turns = turns;
    this.#principal = principal;
  }

  get isDue(): boolean {
    return performance.now() - this.#began >= SLICE_MS;
  }

  async rest(): Promise<void> {
    this.#turns.charge(this.#principal, performance.now() - this.#began);
    await this.#turns.rest(this.#principal);
    this.#began = performance.now();
  }

  end(): void {
    this.#turns.charge(this.#principal, performance.now() - this.#began);
  }
}

/** The turns of this process, which has one thread for all. */
export const hostTurns = new HostTurns();

const ITEMS_PER_LOOK = 8;

/**
 * Calls `act` for each item, and lets others have their turn in between.
 *
 * @param deadline by the clock of `performance.now()`
 * @throws {AirlockError} TIMED_OUT after the deadline
 */
export async function inSlices<T>(
  items: readonly T[],
  act: (item: T, index: number) => void,
  principal = "",
  deadline = Infinity,
): Promise<void> {
  if (hostTurns.isSpent) await hostTurns.rest(principal);
  const slices = hostTurns.slices(principal);
  for (let index = 0; index < items.length; index++) {
    act(items[index]!, index);
    if (index % ITEMS_PER_LOOK > 0 || !slices.isDue) continue;
    await slices.rest();
    checkTime(deadline);
  }
  slices.end();
}

/**
 * Runs an iterator to its end, and lets others have their turn in its pauses.
 *
 * @param deadline by the clock of `performance.now()`
 * @throws {AirlockError} TIMED_OUT after the deadline
 */
export async function withTurns<T>(
  pausing: Iterator<void, T>,
  principal = "",
  deadline = Infinity,
): Promise<T> {
  // Many that begin in one turn are as long as one that never pauses.
  if (hostTurns.isSpent) await hostTurns.rest(principal);
  const slices = hostTurns.slices(principal);
  for (;;) {
    const { done, value } = pausing.next();
    if (done) {
      slices.end();
      return value;
    }
    if (!slices.isDue) continue;
    await slices.rest();
    checkTime(deadline);
  }
}

/** Runs something that pauses now and then to its end, with no turn of others in its pauses. */
export function withoutTurns<T>(pausing: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = pausing.next();
    if (done) return value;
  }
}

function checkTime(deadline: number): void {
  if (performance.now() <= deadline) return;
  throw new AirlockError("TIMED_OUT", "Cannot go on: the time for it is over");
}
