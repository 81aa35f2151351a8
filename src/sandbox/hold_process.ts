import type { HoldableWorker } from "./cpu_account.ts";
import type { CpuCgroups } from "./cpu_cgroup.ts";
import { lowerPriority, NICE } from "../process/lower_priority.ts";
import { childrenOf, entriesOf, familyOf, readProc } from "../process/process_family.ts";

/** Options of {@linkcode holdProcess}. */
export interface HoldProcessOptions {
  /** Whether signals reach it. */
  readonly holdable: boolean;
  /** In cores. */
  readonly cpuShare: number;
  /** Absent where the system lets us make none. */
  readonly cgroups: CpuCgroups | undefined;
  /** Resolves when the process has ended: its number may be another's then. */
  readonly exited: Promise<unknown>;
}

/** What lets a worker's process be held; to be disposed of when it has ended. */
export type HeldProcess = HoldableWorker & AsyncDisposable;

/** Makes a worker's process one that gives way to its host, and can be made to wait. */
export function holdProcess(
  pid: number,
  { holdable, cpuShare, cgroups, exited }: HoldProcessOptions,
): HeldProcess {
  let isGone = false;
  let group: Promise<(() => Promise<void>) | void> | undefined;
  exited.then(() => isGone = true);
  lowerPriority(pid, NICE.worker);
  // What encloses a worker waits for it, and is not stopped: it may have to pass on its end.
  const signal = (name: Deno.Signal) => {
    if (isGone || !holdable) return;
    for (const one of familyOf(pid).filter((member) => childrenOf(member).length === 0)) {
      try {
        Deno.kill(one, name);
      } catch {
        // It has ended by now.
      }
    }
  };
  return {
    hold: () => signal("SIGSTOP"),
    letGo: () => signal("SIGCONT"),
    waitedMs: () => isGone ? 0 : familyOf(pid).reduce((sum, one) => sum + waitedMsOf(one), 0),
    putBehind() {
      if (isGone) return;
      const family = familyOf(pid);
      for (const one of family) lowerPriority(one, NICE.burning);
      // Without one, its turns hold it.
      group ??= cgroups?.hold(family, cpuShare).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      const remove = await group;
      await remove?.();
    },
  };
}

/** Of all threads, as Linux counts it: time on a core, time waiting for one, and turns. */
function waitedMsOf(pid: number): number {
  const threads = entriesOf(`/proc/${pid}/task`);
  const waited = threads.map((thread) => readProc(pid, `task/${thread}/schedstat`).split(" ")[1]);
  return waited.reduce((sum, ns) => sum + Number(ns ?? 0) / 1e6, 0);
}
