import { AirlockError } from "../errors.ts";
import type { StoredCall } from "../store/stored_run.ts";

/** A call that was written down and settled. */
export type SettledCall = StoredCall & { readonly settled: NonNullable<StoredCall["settled"]> };

/** Options of {@linkcode Replay}. */
export interface ReplayOptions {
  /** What was written down of the run, in its order. */
  readonly calls: readonly StoredCall[];
  /** Hears, at most once, where the program is not doing what it did before. */
  readonly onDiverged: (error: AirlockError) => void;
  /** How long the worker may be silent while a call is held back that was never made before. */
  readonly patienceMs: number;
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
  #dealt = 0;
  #held = 0;
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
    this.#restartPatience();
    const found = this.#unasked.get(nameOf(call));
    this.#unasked.delete(nameOf(call));
    return found;
  }

  /** Resolves when it is the turn of a call's outcome. */
  async turnOf({ settled: { order } }: SettledCall): Promise<void> {
    const place = this.#settled.findIndex(({ settled }) => settled.order === order);
    if (place !== this.#dealt) {
      await new Promise<void>((resolve) => this.#waiting.set(place, resolve));
    }
    this.#dealt++;
    // The next turn of the event loop, so that what this one leads to comes first.
    setImmediate(() => {
      this.#waiting.get(this.#dealt)?.();
      if (this.isDone) this.#done.resolve();
    });
  }

  /** Resolves when all outcomes are dealt out, for a call that may be made only then. */
  async afterAll(call: Pick<StoredCall, "server" | "tool">): Promise<void> {
    if (this.isDone) return await this.#done.promise;
    if (this.#oneByOne) this.#diverge(`${call.server}.${call.tool}`);
    this.#held++;
    this.#restartPatience();
    await this.#done.promise;
    this.#held--;
  }

  /** Where the program has ended: why it cannot have done what it did before. */
  checkEnd(): AirlockError | undefined {
    return this.#unasked.size === 0 ? undefined : this.#divergence("it ended");
  }

  /** Ends all waiting for a silent worker. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #restartPatience(): void {
    clearTimeout(this.#timer);
    if (this.#held === 0 || this.isDone) return;
    this.#timer = setTimeout(
      () => this.#diverge("it waits for another call"),
      this.#options.patienceMs,
    );
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

function nameOf({ callKey, occurrence }: Pick<StoredCall, "callKey" | "occurrence">): string {
  return `${callKey} ${occurrence}`;
}

function isSettled(call: StoredCall): call is SettledCall {
  return call.settled !== undefined;
}
