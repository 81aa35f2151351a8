import { AirlockError } from "../model/errors.ts";
import type { StoredCall } from "../storage/stored_run.ts";

/** A call that was written down and settled. */
export type SettledCall = StoredCall & { readonly settled: NonNullable<StoredCall["settled"]> };

/** Options of {@linkcode Replay}. */
interface ReplayOptions {
  /** What was written down of the run, in its order. */
  readonly calls: readonly StoredCall[];
  /** Hears, at most once, where the program is not doing what it did before. */
  readonly onDiverged: (error: AirlockError) => void;
  /** How much later than before the program may come to a call that others wait for. */
  readonly slackMs: number;
}

/**
 * What was written down of a run, dealt out again while its program runs again: each call gets its
 * outcome when it is its turn, in the order in which outcomes came the first time; what was never
 * made before waits until all of them are dealt out.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #unasked: Map<string, StoredCall>;
  readonly #settled: readonly SettledCall[];
  readonly #waiting = new Map<number, () => void>();
  readonly #done = Promise.withResolvers<void>();
  readonly #oneByOne: boolean;
  readonly #begun = performance.now();
  #dealt = 0;
  /** The place whose turn it is: the next one as soon as what the last one led to has come. */
  #turn = 0;
  /** The names of calls that wait for what was written down of others. */
  readonly #blocked: string[] = [];
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
    const { calls } = options;
    this.#unasked = new Map(calls.map((call) => [nameOf(call), call]));
    this.#settled = calls.filter(isSettled).toSorted((a, b) => a.settled.order - b.settled.order);
    this.#oneByOne = calls.every(({ settledBefore }, index) => settledBefore === index);
    if (this.#settled.length === 0) this.#done.resolve();
  }

  /** Whether every outcome that was written down has been dealt out. */
  get isDone(): boolean {
    return this.#dealt === this.#settled.length;
  }

  /** The call as it was written down; undefined where it was never made before. */
  take(call: Pick<StoredCall, "callKey" | "occurrence">): StoredCall | undefined {
    const found = this.#unasked.get(nameOf(call));
    this.#unasked.delete(nameOf(call));
    this.#watchForNext();
    return found;
  }

  /** Resolves when it is the turn of a call's outcome. */
  async turnOf({ server, tool, settled: { order } }: SettledCall): Promise<void> {
    const place = this.#settled.findIndex(({ settled }) => settled.order === order);
    if (place !== this.#turn) {
      const turn = new Promise<void>((resolve) => this.#waiting.set(place, resolve));
      await this.#block(`${server}.${tool}`, turn);
    }
    this.#dealt++;
    // The next turn of the event loop, so that what this one leads to comes first.
    setImmediate(() => {
      this.#turn = this.#dealt;
      this.#waiting.get(this.#turn)?.();
      if (this.isDone) this.#done.resolve();
    });
  }

  /** Resolves when all outcomes are dealt out, for a call that may be made only then. */
  async afterAll(call: Pick<StoredCall, "server" | "tool">): Promise<void> {
    if (this.isDone) return await this.#done.promise;
    await this.#block(`${call.server}.${call.tool}`, this.#done.promise);
  }

  /** Where the program has ended: why it cannot have done what it did before. */
  checkEnd(): AirlockError | undefined {
    return this.#unasked.size === 0 ? undefined : this.#divergence("it ended");
  }

  /** Ends all watching. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #block(name: string, until: Promise<void>): Promise<void> {
    this.#blocked.push(name);
    this.#watchForNext();
    await until;
    this.#blocked.splice(this.#blocked.indexOf(name), 1);
    this.#watchForNext();
  }

  /** What a call waits for must come from the program. */
  #watchForNext(): void {
    clearTimeout(this.#timer);
    const next = this.#unasked.values().find(isSettled);
    const [blocked] = this.#blocked;
    if (blocked === undefined || next === undefined || this.#isClosed) return;
    const instead = this.#oneByOne ? blocked : "it waits for another call";
    const waitMs = Math.min(Math.max(0, this.#patienceFor(next)), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#diverge(instead), waitMs);
  }

  #patienceFor({ begunMs }: StoredCall): number {
    const { slackMs } = this.#options;
    // The program made one call after the other: none can be overtaken but on the way to here.
    if (this.#oneByOne) return Math.min(OVERTAKEN_MS, slackMs);
    const elapsedMs = performance.now() - this.#begun;
    // All outcomes come sooner than before, and so do the calls that they lead to.
    return begunMs === undefined ? UNKNOWN_MS : begunMs * TIMES_AS_LONG + slackMs - elapsedMs;
  }

  #diverge(instead: string): void {
    this.#options.onDiverged(this.#divergence(instead));
  }

  #divergence(instead: string): AirlockError {
    const [expected] = this.#unasked.values();
    const before = expected === undefined
      ? "nothing more"
      : `call ${this.#options.calls.indexOf(expected) + 1}, ${expected.server}.${expected.tool} ` +
        `with ${expected.arguments}`;
    return new AirlockError(
      "REPLAY_DIVERGED",
      `Cannot go on: run again, the program should have come to ${before}; ${instead} instead`,
      {
        hint: "See effects for what is done already; a program may depend on nothing but its calls",
      },
    );
  }
}

const OVERTAKEN_MS = 250;
/** For a call of which is not known when it came. */
const UNKNOWN_MS = 10_000;
/** A worker may be that much slower than the one before. */
const TIMES_AS_LONG = 2;
/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function nameOf({ callKey, occurrence }: Pick<StoredCall, "callKey" | "occurrence">): string {
  return `${callKey} ${occurrence}`;
}

function isSettled(call: StoredCall): call is SettledCall {
  return call.settled !== undefined;
}
