import type { Approvals } from "../policy/approvals/approvals.ts";
import type { Hold } from "../policy/approvals/run_gate.ts";
import type { Ending } from "../result/outcome_of.ts";
import type { RunTimer } from "../sandbox/run_timer.ts";

/** Options of {@linkcode holdWorker}. */
export interface HoldWorkerOptions {
  readonly runId: string;
  readonly approvals: Approvals;
  readonly timer: RunTimer;
  /** Aborts when nobody waits with it. */
  readonly waitSignal: AbortSignal;
  /** Aborts when the worker is gone. */
  readonly signal: AbortSignal;
  /** Ends this worker's part of the run. */
  readonly interrupt: (ending: Ending) => void;
}

/** The host ends a worker first; the worker's own clock is for a host that is stopped. */
const GRACE_MS = 5_000;

/** So long, what a program calls at once is waited for, so that a person is asked at once too. */
const GATHER_MS = 50;

/** Keeps a worker, its time standing still, while a person decides; lets it go after a while. */
export function holdWorker(options: HoldWorkerOptions): Hold {
  const { runId, approvals, timer, waitSignal, signal, interrupt } = options;
  const { holdMs } = approvals.config;
  let waiting = 0;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const letGo = () => {
    const ids = approvals.waitingOf(runId).map(({ approvalId }) => approvalId);
    interrupt({ kind: "waiting", approvals: ids });
  };
  return async (decided) => {
    using _standingStill = timer.pause(holdMs + GRACE_MS);
    if (waiting++ === 0) {
      patience = setTimeout(letGo, waitSignal.aborted ? Math.min(holdMs, GATHER_MS) : holdMs);
      waitSignal.addEventListener("abort", letGo);
    }
    try {
      return await decided(signal);
    } finally {
      if (--waiting === 0) {
        clearTimeout(patience);
        waitSignal.removeEventListener("abort", letGo);
      }
    }
  };
}
