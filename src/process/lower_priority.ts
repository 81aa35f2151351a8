import { setPriority } from "node:os";
import { entriesOf } from "./process_family.ts";

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
