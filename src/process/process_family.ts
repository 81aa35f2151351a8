import { setPriority } from "node:os";

/** A launcher, its child and the worker are fewer: a larger family is no worker's. */
const MAX_PROCESSES = 64;

/** Returns a process and its descendants, as `/proc` lists them. */
export function familyOf(pid: number): number[] {
  const family = [pid];
  for (let at = 0; at < family.length && family.length < MAX_PROCESSES; at++) {
    family.push(...childrenOf(family[at]!));
  }
  return family;
}

/** Returns the children of a process, which Linux lists with the thread that started each. */
export function childrenOf(pid: number): number[] {
  const threads = entriesOf(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readProc(pid, `task/${thread}/children`));
  return lists.join(" ").split(" ").filter(Boolean).map(Number);
}

/** Returns the names in a folder of `/proc`; none where it is gone. */
export function entriesOf(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Reads a file of a process in `/proc`: memory of the kernel, read in microseconds; empty where it is gone. */
export function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}

/** Clock ticks a second, in which Linux counts CPU time (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/** Returns the CPU time of a process until now; undefined where the system does not tell. */
export function readCpuMs(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  // The command's name, in brackets, may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * 1000 / TICKS_PER_SECOND : undefined;
}

/**
 * Nice values: workers and work children give way to the host; a worker that burns CPU time gives way
 * to all. They stay near each other, so that nothing starves on a busy machine.
 */
export const NICE = { work: 2, worker: 2, burning: 5 } as const;

/**
 * Lowers the priority of a process for good. On Linux each thread has its own, and so has the session
 * of a worker where autogroups are on.
 */
export function lowerPriority(pid: number, nice: number): void {
  if (Deno.build.os !== "linux") return tryTo(() => setPriority(pid, nice));
  for (const thread of entriesOf(`/proc/${pid}/task`)) {
    tryTo(() => setPriority(Number(thread), nice));
  }
  tryTo(() => Deno.writeTextFileSync(`/proc/${pid}/autogroup`, String(nice)));
}

function tryTo(lower: () => void): void {
  try {
    lower();
  } catch {
    // It has ended, or the system forbids it: the turns of workers do not depend on it.
  }
}
