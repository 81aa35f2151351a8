import { setPriority } from "node:os";

/** A launcher, its child, and the worker; whatever has more is no worker of ours. */
const MAX_PROCESSES = 64;

/** A process and all that it has started, and what that has, as `/proc` tells it. */
export function familyOf(pid: number): number[] {
  const family = [pid];
  for (let at = 0; at < family.length && family.length < MAX_PROCESSES; at++) {
    family.push(...childrenOf(family[at]!));
  }
  return family;
}

/** A child is written down with the thread that started it, which need not be the first. */
export function childrenOf(pid: number): number[] {
  const threads = entriesOf(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readProc(pid, `task/${thread}/children`));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

/** Names in a folder of `/proc`; none where it is gone. */
export function entriesOf(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** A file of a process in `/proc`; empty where it is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}

/** Clock ticks a second, in which Linux counts CPU time (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/** The CPU time of a process until now; undefined where the system does not tell. */
export function readCpuMs(pid: number): number | undefined {
  try {
    // Memory of the kernel, read in microseconds.
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The command's name, in brackets, may itself hold brackets and spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * 1000 / TICKS_PER_SECOND : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Nice values: workers, and what the host has done elsewhere, give way to the host; a worker that
 * burns CPU time gives way to all. They stay near each other, so that nothing starves on a machine
 * that has other work.
 */
export const NICE = { work: 2, worker: 2, burning: 5 } as const;

/**
 * Makes a process give way to others, for good. Linux counts for each thread, and, where it groups
 * sessions by itself, for the session that a worker is.
 */
export function lowerPriority(pid: number, nice: number): void {
  if (Deno.build.os !== "linux") return tryTo(() => setPriority(pid, nice));
  for (const thread of entriesOf(`/proc/${pid}/task`)) {
    tryTo(() => setPriority(Number(thread), nice));
  }
  tryTo(() => Deno.writeTextFileSync(`/proc/${pid}/autogroup`, String(nice)));
}

/** It has ended by then, or the system does not let us: its turns hold it all the same. */
function tryTo(lower: () => void): void {
  try {
    lower();
  } catch {
    // Nothing else depends on it.
  }
}
