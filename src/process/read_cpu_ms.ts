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
