/** What a process used; null where the system does not tell. */
export interface ProcessUsage {
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

/** Clock ticks a second, in which Linux counts CPU time (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/** Reads what a living process used, from Linux's `/proc`. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    readProc(pid, "stat"),
    readProc(pid, "status"),
  ]);
  return { cpuMs: cpuMs(stat), peakMemoryBytes: peakMemoryBytes(status) };
}

async function readProc(pid: number, file: string): Promise<string> {
  try {
    return await Deno.readTextFile(`/proc/${pid}/${file}`);
  } catch {
    return "";
  }
}

function cpuMs(stat: string): number | null {
  // The command's name, in brackets, may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? Math.round(ticks * 1000 / TICKS_PER_SECOND) : null;
}

function peakMemoryBytes(status: string): number | null {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}
