import type { Approvals } from "../policy/approvals/approvals.ts";
import type { RunResult } from "../model/run_result.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { BegunRun } from "./begin_run.ts";
import { cancelledResult } from "./cancel_waiting_runs.ts";
import { isDecidedInTime } from "./is_decided_in_time.ts";
import type { RunEnds } from "./run_ends.ts";

/** Options of {@linkcode runToCompletion}. */
export interface DriveRunOptions {
  readonly store: RunStore;
  readonly approvals: Approvals;
  readonly ends: RunEnds;
  /** How long a run waits for a person where its request does not say. */
  readonly waitMs: number;
  /** Runs the program from its start to its end, or to where a person must decide. */
  readonly attempt: (run: BegunRun) => Promise<RunResult>;
  /** Keeps a run in mind that nobody waits for any more. */
  readonly putAway: (runId: string, approvals: readonly string[]) => void;
  /** Aborts when this process leaves what waits to the next host. */
  readonly closing: AbortSignal;
}

/** Attempts a run until it has its result, or until nobody waits for a person any more. */
export async function runToCompletion(run: BegunRun, options: DriveRunOptions): Promise<RunResult> {
  const { store, approvals, ends, closing } = options;
  const stopHearing = approvals.onAsked((approval) => {
    if (approval.runId === run.runId) run.audience.tell({ type: "approval", approval });
  });
  const waitUntil = performance.now() + (run.request.waitMs ?? options.waitMs);
  try {
    if (run.isResumed) store.resume(run.runId);
    for (;;) {
      const result = await options.attempt(run);
      if (result.status !== "waiting") return ends.end(result, run);
      store.pause(run.runId, JSON.stringify(result));
      const signals = [run.audience.waitSignal, run.signal, closing];
      const ms = waitUntil - performance.now();
      if (!await isDecidedInTime(result.approvals, { approvals, ms, signals })) {
        const isCancelled = run.signal.aborted && !closing.aborted;
        if (isCancelled) return ends.end(cancelledResult(result), run);
        await ends.wait(run.runId);
        options.putAway(run.runId, result.approvals);
        return result;
      }
      const ended = ends.endedElsewhere(run.runId);
      if (ended !== undefined) return ended;
      store.resume(run.runId);
      run.restart();
    }
  } catch (error) {
    await ends.fail(run);
    throw error;
  } finally {
    stopHearing();
  }
}
