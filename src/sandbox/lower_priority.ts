import { setPriority } from "node:os";
import { entriesOf } from "./process_family.ts";

/** Nice values: a worker gives way to its host, and one that burns CPU time to both. */
export const NICE = { worker: 2, burning: 5 } as const;

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
