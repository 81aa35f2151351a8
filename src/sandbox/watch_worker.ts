import type { Limits } from "../config/limits.ts";
import type { Policy } from "../config/policy.ts";
import { AirlockError } from "../model/errors.ts";
import type { ThrownError } from "../model/protocol.ts";
import type { EscapeAttempt, Usage } from "../model/run_result.ts";
import { isNoMoreNow } from "../process/no_more_now.ts";
import type { Ending, WorkerEnding } from "../result/outcome_of.ts";
import type { CpuPlace } from "./cpu_shares.ts";
import { NO_SAMPLE, type ProcessSample, type ProcessUsage } from "./measure_process.ts";
import type { RunTimer } from "./run_timer.ts";
import type { Worker } from "./sandbox.ts";
import type { FolderWatch } from "./watch_folders.ts";

/** Options of {@linkcode watchWorker}. */
export interface WatchWorkerOptions {
  /** Resolves when the worker's part of the run has ended. */
  readonly served: Promise<WorkerEnding>;
  /** Resolves when the worker's output has ended, or is too much. */
  readonly logged: Promise<"ended" | "too_much">;
  readonly limits: Limits;
  readonly folders: FolderWatch;
  /** Its place among those that share the machine. */
  readonly cpu: CpuPlace;
  readonly onEscapeAttempt: Policy["onEscapeAttempt"];
  /** Aborts when somebody cancels the run. */
  readonly signal: AbortSignal;
  readonly timer: RunTimer;
  /** Resolves when the host has a reason of its own to end the run. */
  readonly interrupted: Promise<Ending>;
}

/** How a run ended, and what was seen of it. */
export interface WatchedEnd {
  readonly ending: Ending;
  readonly usage: ProcessUsage & Pick<Usage, "heldMs">;
  readonly attempts: readonly EscapeAttempt[];
}

/** Waits for the end of a run, its limit or its cancelling, whichever is first; then ends the worker. */
export async function watchWorker(
  worker: Worker,
  { served, logged, limits, folders, cpu, signal, onEscapeAttempt, timer, interrupted }:
    WatchWorkerOptions,
): Promise<WatchedEnd> {
  const { promise: stopped, resolve: stop } = Promise.withResolvers<Ending>();
  timer.expired.then(() => stop({ kind: "over_limit", limit: "timeoutMs" }));
  interrupted.then(stop);
  const watch = watchLimits(worker, { limits, folders, cpu });
  watch.broken.then(stop);
  if (onEscapeAttempt === "end") worker.attempts.first.then((attempt) => stop(refused(attempt)));
  logged.then((how) => how === "too_much" && stop({ kind: "over_limit", limit: "outputBytes" }));
  const cancel = () => stop({ kind: "cancelled" });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  try {
    const first = await Promise.race([served, stopped]);
    // Read while the process is there to be asked.
    const sample = await watch.lastSample();
    const heard = Promise.all([logged, worker.attempts.settled()]);
    if (first.kind === "lost") await within(LAUNCHER_GRACE_MS, worker.exited);
    // What it said before its end is in the pipe still, or on its way through a launcher.
    if (HAS_ENDED.includes(first.kind)) await within(RELAY_GRACE_MS, heard);
    worker.kill();
    await heard;
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

/** How long it may take to pass on what a program has said by its end. */
const RELAY_GRACE_MS = 250;

/** A program that ended so said all that it had to say. */
const HAS_ENDED: readonly Ending["kind"][] = ["value", "thrown"];

/** A kill before that would hide what a worker died of, or said. */
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

interface ExplainOptions {
  readonly worker: Worker;
  readonly sample: ProcessSample;
  readonly limits: Limits;
}

/** What a program threw at its limit is the limit's doing. */
async function explain(
  ending: Ending,
  { worker, sample, limits }: ExplainOptions,
): Promise<Ending> {
  if (ending.kind !== "thrown" && ending.kind !== "lost") return ending;
  const limit = limitBroken(sample, limits) ??
    (ending.kind === "thrown"
      ? limitOfError(ending.thrown, { sample, limits })
      : limitOfDeath(await worker.exited));
  return limit === undefined ? ending : { kind: "over_limit", limit };
}

/**
 * What the kernel or the guest refuses is an error in the program, and some of its files may be gone
 * by then; the words of the kernel's are any program's, and believed of one that has files open.
 */
function limitOfError(
  { message, code }: ThrownError,
  { sample, limits }: Omit<ExplainOptions, "worker">,
): keyof Limits | undefined {
  if (code === "OVER_LIMIT") return "workspaceFiles";
  const hasMany = (sample.openFiles ?? limits.openFiles) >= limits.openFiles / 2;
  return hasMany && message.includes("(os error 24)") ? "openFiles" : undefined;
}

/** The signals that end a process at its limits. */
const DEATHS: readonly (readonly [Deno.Signal, number, keyof Limits])[] = [
  // V8 ends the process so when the heap is full.
  ["SIGILL", 4, "heapBytes"],
  ["SIGTRAP", 5, "heapBytes"],
  // Deno does when the kernel gives no more memory.
  ["SIGABRT", 6, "memoryBytes"],
  ["SIGXCPU", 24, "cpuMs"],
  ["SIGXFSZ", 25, "fileBytes"],
];

/** A launcher that stays, such as one of a namespace, ends with 128 and the signal's number. */
function limitOfDeath({ signal, code }: Deno.CommandStatus): keyof Limits | undefined {
  return DEATHS.find(([name, number]) => signal === name || code === 128 + number)?.[2];
}

/** The host's own watch over what a worker uses; the kernel's limits hold without it. */
export interface LimitWatch {
  /** Resolves when a limit is broken, and never otherwise. */
  readonly broken: Promise<Ending>;
  /** Looks at the process for the last time; what it gave before, where it is gone. */
  lastSample(): Promise<ProcessSample>;
  /** Ends the watch with a last look at the folders. */
  finish(): Promise<Ending | undefined>;
}

/** Options of {@linkcode watchLimits}. */
export interface WatchLimitsOptions {
  readonly limits: Limits;
  readonly folders: FolderWatch;
  readonly cpu: CpuPlace;
}

/** Soon, for what fills the memory in a moment; then at a pace that costs a thousandth of a core. */
const FIRST_SAMPLE_MS = 20;
const SAMPLE_MS = 50;
const FOLDERS_MS = 50;

/** Watches a worker until it is finished with. */
export function watchLimits(
  worker: Worker,
  { limits, folders, cpu }: WatchLimitsOptions,
): LimitWatch {
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
      // What it says last must not wait for its turn.
      cpu[Symbol.dispose]();
      return last;
    },
    async finish() {
      await looking.stop();
      return await endingOf(folders, () => folders.check(worker));
    },
  };
}

/** The limit that a sample is over. */
export function limitBroken(sample: ProcessSample, limits: Limits): keyof Limits | undefined {
  return (["cpuMs", "memoryBytes", "threads", "openFiles"] as const).find((name) =>
    (sample[name] ?? 0) > limits[name]
  );
}

/** A process that is gone tells nothing more. */
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

/** Does something again and again, each time after the pause that it asked for. */
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
