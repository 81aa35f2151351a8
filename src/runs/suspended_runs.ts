import type { Approvals } from "../policy/approvals/approvals.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { StoredRun } from "../storage/stored_run.ts";
import { areDecided } from "./are_decided.ts";

/** Options of {@linkcode SuspendedRuns}. */
export interface PutAwayRunsOptions {
  readonly store: RunStore;
  readonly approvals: Approvals;
  /** Goes on with a run that nobody waits for. */
  readonly goOn: (run: StoredRun) => Promise<unknown>;
  /** Lets the end of the runtime wait for what nobody else waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}

/** Runs that are resumed at once where many can be. */
const MAX_RESUMING = 4;

/** Runs that nobody waits for: each is taken up again as soon as it can go on. */
export class SuspendedRuns implements Disposable {
  readonly #options: PutAwayRunsOptions;
  /** Those that wait for a person, and the approvals that they wait for. */
  readonly #waiting = new Map<string, readonly string[]>();
  readonly #toResume: StoredRun[] = [];
  #resuming = 0;
  #stopLooking: (() => void) | undefined;
  #isClosed = false;

  constructor(options: PutAwayRunsOptions) {
    this.#options = options;
  }

  /** Puts a run away until one of its approvals is decided. */
  add(runId: string, approvals: readonly string[]): void {
    if (this.#isClosed) return;
    this.#waiting.set(runId, approvals);
    this.#stopLooking ??= this.#options.approvals.onChange(() => this.#lookForDecided());
    this.#lookForDecided();
  }

  /** Takes a run up again when it is its turn. */
  resumeLater(run: StoredRun): void {
    this.#toResume.push(run);
    this.#resumeNext();
  }

  /** Looks after a run no more that somebody goes on with. */
  forget(runId: string): void {
    this.#waiting.delete(runId);
  }

  /** Goes on with a run no more; false where it did not mean to. */
  takeBack(runId: string): boolean {
    const place = this.#toResume.findIndex((run) => run.runId === runId);
    if (place >= 0) this.#toResume.splice(place, 1);
    return this.#waiting.delete(runId) || place >= 0;
  }

  /** Takes up no more. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#stopLooking?.();
    this.#toResume.length = 0;
  }

  #lookForDecided(): void {
    const { store, approvals } = this.#options;
    for (const [runId, ids] of this.#waiting) {
      if (!areDecided(ids, approvals)) continue;
      this.#waiting.delete(runId);
      const run = store.find(runId);
      if (run !== undefined && run.state !== "finished") this.resumeLater(run);
    }
    if (this.#waiting.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  #resumeNext(): void {
    if (this.#resuming >= MAX_RESUMING || this.#isClosed) return;
    const run = this.#toResume.shift();
    if (run === undefined) return;
    this.#resuming++;
    // What goes wrong is told to whoever asks for the run.
    const resumed = this.#options.goOn(run).catch(() => {});
    this.#options.track(resumed).finally(() => {
      this.#resuming--;
      this.#resumeNext();
    });
  }
}
