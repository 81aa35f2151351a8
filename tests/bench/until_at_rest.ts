import { descendants } from "../process/descendants.ts";

const LOOK_MS = 20;
/** Linux counts in hundredths of a second. */
const QUIET_LOOKS = 4;
const LONGEST_MS = 5_000;

/**
 * Resolves when nothing that came from this process works: the workers that a pool has started to
 * replace others wait, and those that ended are gone. On other systems than Linux, after a while.
 */
export async function untilAtRest(): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  let last = "";
  for (let quiet = 0; quiet < QUIET_LOOKS && performance.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = await ticks();
    quiet = now === last ? quiet + 1 : 0;
    last = now;
  }
}

/** What each process has used until now. */
async function ticks(): Promise<string> {
  const pids = await descendants(Deno.pid).catch(() => []);
  return pids.map((pid) => `${pid}:${ticksOf(pid)}`).join();
}

function ticksOf(pid: number): string {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13).join("+");
  } catch {
    return "gone";
  }
}
