import { dirname, join } from "@std/path";
import {
  childrenOf,
  entriesOf,
  familyOf,
  lowerPriority,
  NICE,
  readProc,
} from "../process/process_family.ts";

import type { HoldableWorker } from "./sandbox.ts";

/** A worker's process that can be held; disposed of when it has ended. */
export type HeldProcess = HoldableWorker & AsyncDisposable;

/** Makes a worker's process give way to its host, and holdable. */
export function holdProcess(
  pid: number,
  { holdable, cpuShare, cgroups, exited }: {
    readonly holdable: boolean;
    readonly cpuShare: number;
    /** Undefined where the system lets the host make none. */
    readonly cgroups: CpuCgroups | undefined;
    /** Resolves when the process has ended, and its number may be another's. */
    readonly exited: Promise<unknown>;
  },
): HeldProcess {
  let isGone = false;
  let group: Promise<(() => Promise<void>) | void> | undefined;
  exited.then(() => isGone = true);
  lowerPriority(pid, NICE.worker);
  // Only the innermost process is stopped: those around it pass on its end.
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
    resume: () => signal("SIGCONT"),
    waitedMs: () => isGone ? 0 : familyOf(pid).reduce((sum, one) => sum + waitedMsOf(one), 0),
    putBehind() {
      if (isGone) return;
      const family = familyOf(pid);
      for (const one of family) lowerPriority(one, NICE.burning);
      // Without a group, its turns hold it.
      group ??= cgroups?.hold(family, cpuShare).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      const remove = await group;
      await remove?.();
    },
  };
}

/** Sums over its threads what Linux counts: time on a core, time waiting for one, and turns. */
function waitedMsOf(pid: number): number {
  const threads = entriesOf(`/proc/${pid}/task`);
  const waited = threads.map((thread) => readProc(pid, `task/${thread}/schedstat`).split(" ")[1]);
  return waited.reduce((sum, ns) => sum + Number(ns ?? 0) / 1e6, 0);
}

export interface CpuCgroups {
  /** Puts processes into a group of their own; resolves to what removes the group. */
  hold(pids: readonly number[], cores: number): Promise<() => Promise<void>>;
}

const MOUNT = "/sys/fs/cgroup";

const PERIOD_US = 100_000;

/** Weights of a nice value of 5; every other group has 1024, or 100. */
const SHARES = 335;
const WEIGHT = 33;

/** Attempts to remove a group whose processes are ending. */
const REMOVALS = 50;
const REMOVAL_PAUSE_MS = 20;

/**
 * Finds where this process may make groups that limit CPU time: in the second generation beside
 * itself, in a folder of its own from a service manager; in the first below itself, which takes root.
 * Undefined where neither is allowed.
 */
export async function findCpuCgroups(): Promise<CpuCgroups | undefined> {
  const groups = await Deno.readTextFile("/proc/self/cgroup").catch(() => "");
  for (const line of groups.split("\n")) {
    const place = placeOf(line);
    if (place === undefined || !await canLimit(place)) continue;
    await removeLeftBehind(place);
    return createCpuCgroups(place);
  }
  return undefined;
}

interface Place {
  readonly dir: string;
  readonly limits: (cores: number) => readonly (readonly [file: string, text: string])[];
}

function placeOf(line: string): Place | undefined {
  const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  if (controllers === "") {
    const parent = dirname(path);
    if (parent === "/" || parent.endsWith(".slice")) return undefined; // managed by others
    return { dir: join(MOUNT, parent), limits: secondGeneration };
  }
  if (!controllers!.split(",").includes("cpu")) return undefined;
  return { dir: join(MOUNT, controllers!, path), limits: firstGeneration };
}

function firstGeneration(cores: number) {
  return [
    ["cpu.cfs_period_us", String(PERIOD_US)],
    ["cpu.cfs_quota_us", String(Math.round(cores * PERIOD_US))],
    ["cpu.shares", String(SHARES)],
  ] as const;
}

function secondGeneration(cores: number) {
  return [
    ["cpu.max", `${Math.round(cores * PERIOD_US)} ${PERIOD_US}`],
    ["cpu.weight", String(WEIGHT)],
  ] as const;
}

async function canLimit(place: Place): Promise<boolean> {
  const dir = nameIn(place);
  try {
    await Deno.mkdir(dir);
    try {
      await setLimits(dir, place, 1);
      return true;
    } finally {
      await Deno.remove(dir);
    }
  } catch {
    return false;
  }
}

function nameIn({ dir }: Place): string {
  return join(dir, `airlock-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`);
}

/** Removes what a killed host left; a group that is not empty stays. */
async function removeLeftBehind({ dir }: Place): Promise<void> {
  for (const name of entriesOf(dir)) {
    const [, pid] = /^airlock-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || readProc(Number(pid), "stat") !== "") continue;
    await Deno.remove(join(dir, name)).catch(() => {});
  }
}

/** Writes to existing files alone: a folder without them is no control group. */
async function setLimits(dir: string, { limits }: Place, cores: number): Promise<void> {
  for (const [file, text] of limits(cores)) {
    await Deno.writeTextFile(join(dir, file), text, { create: false });
  }
}

function createCpuCgroups(place: Place): CpuCgroups {
  return {
    async hold(pids, cores) {
      const dir = nameIn(place);
      await Deno.mkdir(dir);
      try {
        await setLimits(dir, place, cores);
        for (const pid of pids) {
          await Deno.writeTextFile(join(dir, "cgroup.procs"), String(pid), { create: false });
        }
      } catch (error) {
        await removeGroup(dir);
        throw error;
      }
      return () => removeGroup(dir);
    },
  };
}

async function removeGroup(dir: string): Promise<void> {
  for (let tries = 0; tries < REMOVALS; tries++) {
    try {
      return await Deno.remove(dir);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      await new Promise((resolve) => setTimeout(resolve, REMOVAL_PAUSE_MS));
    }
  }
}
