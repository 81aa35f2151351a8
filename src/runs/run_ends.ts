import type { Approvals } from "../policy/approvals/approvals.ts";
import type { RunResult } from "../model/run_result.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { BegunRun } from "./begin_run.ts";
import type { RunRegistry } from "./run_registry.ts";

/** Options of {@linkcode RunEnds}. */
export interface RunEndsOptions {
  readonly registry: RunRegistry;
  readonly store: RunStore;
  readonly approvals: Approvals;
  /** Hears of each run that has its result. */
  readonly onEnded: (result: RunResult, run: BegunRun) => void;
  /** Resolves when nothing is held any more of a run that this process does not go on with now. */
  readonly letGo: (runId: string, why: LetGo) => Promise<void>;
}

/** It has ended for good; or waits for a person; or is left to whoever resumes it. */
export type LetGo = "over" | "waits" | "left";

/** The ways in which this process is done with a run. */
export class RunEnds {
  readonly #options: RunEndsOptions;

  constructor(options: RunEndsOptions) {
    this.#options = options;
  }

  /** What is not in the audit has not ended: whoever dies between the two ends it once more. */
  end(result: RunResult, run: BegunRun): RunResult {
    const { store, registry, approvals, onEnded, letGo } = this.#options;
    onEnded(result, run);
    store.finish(result.runId, JSON.stringify(result));
    approvals.withdraw({ runId: result.runId });
    registry.finish(result);
    letGo(result.runId, "over");
    return result;
  }

  /** The result of a run that was cancelled with its session while it waited. */
  endedElsewhere(runId: string): RunResult | undefined {
    const { store, registry, letGo } = this.#options;
    const stored = store.find(runId);
    if (stored?.state !== "finished" || stored.result === undefined) return undefined;
    const result = JSON.parse(stored.result) as RunResult;
    registry.finish(result);
    letGo(runId, "over");
    return result;
  }

  /** Holds nothing of a run any more that waits for a person. */
  async wait(runId: string): Promise<void> {
    const { registry, letGo } = this.#options;
    await letGo(runId, "waits");
    registry.forget(runId);
  }

  /** Lets a run go that could not be brought to its result. */
  async fail(run: BegunRun): Promise<void> {
    const { registry, letGo } = this.#options;
    const isLeft = run.isResumed && this.#leave(run.runId);
    // What went wrong first is what the caller hears of.
    await letGo(run.runId, isLeft ? "left" : "over").catch(() => {});
    registry.forget(run.runId);
  }

  /**
   * What has called nothing may be asked for again under its key; what has can be resumed: tells
   * whether.
   */
  #leave(runId: string): boolean {
    const { store } = this.#options;
    const isLeft = store.record(runId).calls.length > 0;
    if (isLeft) store.release(runId);
    else store.forget(runId);
    return isLeft;
  }
}
