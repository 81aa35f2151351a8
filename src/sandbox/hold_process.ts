import { dirname, join } from "@std/path";
import {
  childrenOf,
  entriesOf,
  familyOf,
  lowerPriority,
  NICE,
  readProc,
} from "../process/process_family.ts";
import type { HoldableWorker } from "./cpu_shares.ts";

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

/** Makes control groups that hold processes to a share of the cores. */
export interface CpuCgroups {
  /** Puts processes into a group of their own; gives what removes that again. */
  hold(pids: readonly number[], cores: number): Promise<() => Promise<void>>;
}

/** Options of {@linkcode findCpuCgroups}. */
export interface FindCpuCgroupsOptions {
  /** Default: where Linux mounts them. */
  readonly mount?: string;
  /** The groups of this process, as `/proc/self/cgroup` tells them. Default: what it tells. */
  readonly own?: string;
}

const PERIOD_US = 100_000;

/** Weights beside 1024 and 100, which is what every other group has: those of a nice value of 5. */
const SHARES = 335;
const WEIGHT = 33;

/** How often a group is tried to be removed whose processes are on their way out. */
const REMOVALS = 50;
const REMOVAL_PAUSE_MS = 20;

/**
 * Finds where this process may make groups that limit CPU time: beside itself, in the second
 * generation, where a service manager gave it a folder of its own for that; below itself, in the
 * first, which only root may. Undefined where neither is so.
 */
export async function findCpuCgroups(
  { mount = "/sys/fs/cgroup", own }: FindCpuCgroupsOptions = {},
): Promise<CpuCgroups | undefined> {
  const groups = own ?? await Deno.readTextFile("/proc/self/cgroup").catch(() => "");
  for (const line of groups.split("\n")) {
    const place = placeOf(line, mount);
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

function placeOf(line: string, mount: string): Place | undefined {
  const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  if (controllers === "") {
    const parent = dirname(path);
    if (parent === "/" || parent.endsWith(".slice")) return undefined; // others' to manage
    return { dir: join(mount, parent), limits: secondGeneration };
  }
  if (!controllers!.split(",").includes("cpu")) return undefined;
  return { dir: join(mount, controllers!, path), limits: firstGeneration };
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

/** What a host left that was killed; one that is not empty stays. */
async function removeLeftBehind({ dir }: Place): Promise<void> {
  for (const name of entriesOf(dir)) {
    const [, pid] = /^airlock-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || readProc(Number(pid), "stat") !== "") continue;
    await Deno.remove(join(dir, name)).catch(() => {});
  }
}

/** A file that is not there is not made: then this is no control group. */
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
