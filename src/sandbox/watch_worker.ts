import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import type { ThrownError } from "../model/protocol.ts";
import type { EscapeAttempt, Usage } from "../model/run_result.ts";
import { isNoMoreNow } from "../process/no_more_now.ts";
import type { Ending, WorkerEnding } from "../result/ending.ts";
import type { CpuPlace } from "./cpu_shares.ts";
import { NO_SAMPLE } from "./measure_process.ts";
import type { RunTimer } from "./run_timer.ts";
import type { ProcessSample, ProcessUsage, Worker } from "./sandbox.ts";
import type { FolderWatch } from "./watch_folders.ts";

interface Bounds {
  readonly limits: Limits;
  readonly folders: FolderWatch;
  readonly cpu: CpuPlace;
  readonly onEscapeAttempt: "record" | "end";
}

interface Stops {
  readonly signal: AbortSignal;
  readonly timer: RunTimer;
  /** Resolves when the host has a reason of its own to end the run. */
  readonly interrupted: Promise<Ending>;
}

/** How a run ended, and what was measured of it. */
export interface WatchedEnd {
  readonly ending: Ending;
  readonly usage: ProcessUsage & Pick<Usage, "heldMs">;
  readonly attempts: readonly EscapeAttempt[];
}

/** Waits for the end of a run, its limit or its cancelling, whichever is first; then ends the worker. */
export async function watchWorker(worker: Worker, { served, logged, bounds, stops }: {
  /** Resolves when the worker's part of the run has ended. */
  readonly served: Promise<WorkerEnding>;
  /** Resolves when the worker's output has ended, or is too much. */
  readonly logged: Promise<"ended" | "too_much">;
  readonly bounds: Bounds;
  readonly stops: Stops;
}): Promise<WatchedEnd> {
  const { limits, cpu, onEscapeAttempt } = bounds;
  const { signal, timer, interrupted } = stops;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Ending>();
  timer.expired.then(() => stop({ kind: "over_limit", limit: "timeoutMs" }));
  interrupted.then(stop);
  const watch = watchLimits(worker, bounds);
  watch.broken.then(stop);
  if (onEscapeAttempt === "end") worker.attempts.first.then((attempt) => stop(refused(attempt)));
  logged.then((how) => how === "too_much" && stop({ kind: "over_limit", limit: "outputBytes" }));
  const cancel = () => stop({ kind: "cancelled" });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    const first = await Promise.race([served, stopped]);
    // Read while the process exists.
    const sample = await watch.lastSample();
    const drained = Promise.all([logged, worker.attempts.settled()]);
    if (first.kind === "lost") await within(LAUNCHER_GRACE_MS, worker.exited);
    // Its last output is still in the pipe, or on its way through a launcher.
    if (first.kind === "value" || first.kind === "thrown") await within(RELAY_GRACE_MS, drained);
    worker.kill();
    await drained;
    await worker.attempts.settled();
    const [attempt] = worker.attempts.list();
    const denied = attempt && onEscapeAttempt === "end" ? refused(attempt) : undefined;
    const unsafe = await watch.finish();
    const ending = denied ?? unsafe ?? await explain(first, { worker, sample, limits });
    return { ending, usage: usageOf(sample, cpu), attempts: worker.attempts.list() };
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** How long a launcher may take to pass on how its worker died. */
const LAUNCHER_GRACE_MS = 1_000;

/** How long a launcher may take to pass on the last output of a program. */
const RELAY_GRACE_MS = 250;

/** Waits, so that a kill does not hide how a worker died, or its last output. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const grace = Promise.withResolvers<void>();
  const timer = setTimeout(grace.resolve, ms);
  await Promise.race([done, grace.promise]);
  clearTimeout(timer);
}

function refused({ permission }: EscapeAttempt): Ending {
  const message = `Cannot go on: the program tried to use the permission "${permission}"`;
  return { kind: "refused", error: new AirlockError("FORBIDDEN", message) };
}

function usageOf(
  { cpuMs, peakMemoryBytes }: ProcessSample,
  cpu: CpuPlace,
): WatchedEnd["usage"] {
  const heldMs = Math.round(cpu.heldMs());
  return { cpuMs, peakMemoryBytes, ...(heldMs > 0 && { heldMs }) };
}

/** Returns the limit as the ending where a program threw, or died, at its limit. */
async function explain(
  ending: Ending,
  { worker, sample, limits }: { worker: Worker; sample: ProcessSample; limits: Limits },
): Promise<Ending> {
  if (ending.kind !== "thrown" && ending.kind !== "lost") return ending;
  const limit = limitBroken(sample, limits) ??
    (ending.kind === "thrown"
      ? limitOfError(ending.thrown, { sample, limits })
      : limitOfDeath(await worker.exited));
  return limit === undefined ? ending : { kind: "over_limit", limit };
}

/**
 * What the kernel or the guest refuses is an error in the program. Any program can throw the kernel's
 * words: they are believed of one that has many files open.
 */
function limitOfError(
  { message, code }: ThrownError,
  { sample, limits }: { sample: ProcessSample; limits: Limits },
): keyof Limits | undefined {
  if (code === "OVER_LIMIT") return "workspaceFiles";
  const hasMany = (sample.openFiles ?? limits.openFiles) >= limits.openFiles / 2;
  return hasMany && message.includes("(os error 24)") ? "openFiles" : undefined;
}

/** The signals that end a process at its limits. */
const DEATHS: readonly (readonly [Deno.Signal, number, keyof Limits])[] = [
  // V8 at a full heap.
  ["SIGILL", 4, "heapBytes"],
  ["SIGTRAP", 5, "heapBytes"],
  // Deno where the kernel gives no more memory.
  ["SIGABRT", 6, "memoryBytes"],
  ["SIGXCPU", 24, "cpuMs"],
  ["SIGXFSZ", 25, "fileBytes"],
];

/** A launcher that stays, such as one of a namespace, ends with 128 and the signal's number. */
function limitOfDeath({ signal, code }: Deno.CommandStatus): keyof Limits | undefined {
  return DEATHS.find(([name, number]) => signal === name || code === 128 + number)?.[2];
}

/** The first sample is early, for a program that fills the memory at once. */
const FIRST_SAMPLE_MS = 20;
const SAMPLE_MS = 50;
const FOLDERS_MS = 50;

/** Watches what a worker uses; the kernel's limits hold without it. */
function watchLimits(worker: Worker, { limits, folders, cpu }: Bounds): {
  /** Resolves when a limit is broken, and never otherwise. */
  readonly broken: Promise<Ending>;
  /** Samples the process for the last time; resolves to the sample before, where it is gone. */
  lastSample(): Promise<ProcessSample>;
  /** Ends the watch with a last look at the folders. */
  finish(): Promise<Ending | undefined>;
} {
  const { promise: broken, resolve: stop } = Promise.withResolvers<Ending>();
  let last = NO_SAMPLE;
  const share = () => last.cpuMs === null ? "fits" : cpu.used(last.cpuMs);
  const sampling = repeat(FIRST_SAMPLE_MS, async () => {
    last = newer(await worker.usage(), last);
    const limit = limitBroken(last, limits);
    if (limit !== undefined) stop({ kind: "over_limit", limit });
    if (share() === "principal_over") stop({ kind: "over_limit", limit: "principalCpuMs" });
    return SAMPLE_MS;
  });
  const looking = repeat(FOLDERS_MS, async () => {
    const ending = await endingOf(folders, () => folders.glance(worker));
    if (ending !== undefined) stop(ending);
    return FOLDERS_MS;
  });
  return {
    broken,
    async lastSample() {
      await sampling.stop();
      last = newer(await worker.usage(), last);
      share();
      // Its last output does not wait for its turn.
      cpu[Symbol.dispose]();
      return last;
    },
    async finish() {
      await looking.stop();
      return await endingOf(folders, () => folders.check(worker));
    },
  };
}

function limitBroken(sample: ProcessSample, limits: Limits): keyof Limits | undefined {
  return (["cpuMs", "memoryBytes", "threads", "openFiles"] as const).find((name) =>
    (sample[name] ?? 0) > limits[name]
  );
}

/** Returns the new sample, or the last one where the process is gone. */
function newer(sample: ProcessSample, last: ProcessSample): ProcessSample {
  return sample.memoryBytes === null ? last : sample;
}

async function endingOf(
  folders: FolderWatch,
  look: () => Promise<keyof Limits | undefined>,
): Promise<Ending | undefined> {
  try {
    const limit = await look();
    if (limit === undefined) return undefined;
    const { files, bytes } = folders.left();
    return { kind: "over_limit", limit, left: { files, bytes } };
  } catch (error) {
    // What cannot be looked at now is looked at the next time.
    if (isNoMoreNow(error)) return undefined;
    if (error instanceof AirlockError) return { kind: "refused", error };
    throw error;
  }
}

/** Repeats work, each time after the pause that it resolved to. */
function repeat(firstMs: number, work: () => Promise<number>): { stop(): Promise<void> } {
  let stopped = false;
  let working = Promise.resolve();
  let timer = setTimeout(turn, firstMs);
  function turn(): void {
    working = work().then((pauseMs) => {
      if (!stopped) timer = setTimeout(turn, pauseMs);
    });
  }
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
