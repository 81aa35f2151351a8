import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { isNoMoreNow } from "../process/no_more_now.ts";
import type { Ending } from "../result/ending.ts";
import type { CpuPlace } from "./cpu_shares.ts";
import { NO_SAMPLE, type ProcessSample } from "./process_usage.ts";
import type { Worker } from "./sandbox.ts";
import type { FolderWatch } from "./watch_folders.ts";

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
