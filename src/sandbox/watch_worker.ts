import type { Ending, WorkerEnding } from "../result/ending.ts";
import type { ProcessUsage } from "./process_usage.ts";
import type { Worker } from "./sandbox.ts";

/** Options of {@linkcode watchWorker}. */
export interface WatchWorkerOptions {
  /** Resolves when the worker's part of the run has ended. */
  readonly served: Promise<WorkerEnding>;
  /** Resolves when the worker's output has ended, or is too much. */
  readonly logged: Promise<"ended" | "too_much">;
  readonly timeoutMs: number;
  /** Aborts when somebody cancels the run. */
  readonly signal: AbortSignal;
}

/** Waits for the end of a run, its limit or its cancelling, whichever is first; then ends the worker. */
export async function watchWorker(
  worker: Worker,
  { served, logged, timeoutMs, signal }: WatchWorkerOptions,
): Promise<{ readonly ending: Ending; readonly usage: ProcessUsage }> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Ending>();
  const timer = setTimeout(() => stop({ kind: "over_limit", limit: "timeoutMs" }), timeoutMs);
  logged.then((how) => how === "too_much" && stop({ kind: "over_limit", limit: "outputBytes" }));
  const cancel = () => stop({ kind: "cancelled" });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    const ending = await Promise.race([served, stopped]);
    // Read while the process is there to be asked.
    const usage = await worker.usage();
    worker.kill();
    // What was logged before the end is in the pipe still.
    await logged;
    return { ending: ending.kind === "lost" ? await whyLost(worker) : ending, usage };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}

/** V8 ends the process so when the heap is at its limit. */
const OUT_OF_HEAP_SIGNALS: readonly (string | null)[] = ["SIGTRAP", "SIGABRT", "SIGILL"];

async function whyLost(worker: Worker): Promise<Ending> {
  const { signal } = await worker.exited;
  return OUT_OF_HEAP_SIGNALS.includes(signal)
    ? { kind: "over_limit", limit: "heapBytes" }
    : { kind: "lost" };
}
