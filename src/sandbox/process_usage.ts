/** What a process used; null where the system does not tell. */
export interface ProcessUsage {
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

/** What a process and its children hold at one moment; null where the system does not tell. */
export interface ProcessSample extends ProcessUsage {
  /** In memory, of all of them. */
  readonly memoryBytes: number | null;
  readonly threads: number | null;
  /** Of the one that has the most. */
  readonly openFiles: number | null;
}

/** What is known of a process where nothing tells. */
export const NO_SAMPLE: ProcessSample = {
  cpuMs: null,
  peakMemoryBytes: null,
  memoryBytes: null,
  threads: null,
  openFiles: null,
};

/** Clock ticks a second, in which Linux counts CPU time (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;

/** A launcher, its child, and the worker; whatever has more is no worker of ours. */
const MAX_PROCESSES = 64;

/**
 * Reads what a living process and its children use, from Linux's `/proc`: memory of the kernel, read
 * in microseconds, which going through a thread would make slower.
 */
export function processUsage(pid: number): Promise<ProcessSample> {
  return Promise.resolve(familyOf(pid).map(sampleOf).reduce(add, NO_SAMPLE));
}

function familyOf(pid: number): number[] {
  const family = [pid];
  for (let at = 0; at < family.length && family.length < MAX_PROCESSES; at++) {
    const children = readProc(family[at]!, `task/${family[at]}/children`);
    family.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return family;
}

function sampleOf(pid: number): ProcessSample {
  const status = readProc(pid, "status");
  return {
    cpuMs: cpuMs(readProc(pid, "stat")),
    peakMemoryBytes: kibibytes(status, "VmHWM"),
    memoryBytes: kibibytes(status, "VmRSS"),
    threads: field(status, "Threads"),
    openFiles: openFiles(pid),
  };
}

function add(a: ProcessSample, b: ProcessSample): ProcessSample {
  return {
    cpuMs: sum(a.cpuMs, b.cpuMs),
    peakMemoryBytes: sum(a.peakMemoryBytes, b.peakMemoryBytes),
    memoryBytes: sum(a.memoryBytes, b.memoryBytes),
    threads: sum(a.threads, b.threads),
    openFiles: a.openFiles === null ? b.openFiles : Math.max(a.openFiles, b.openFiles ?? 0),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}

function readProc(pid: number, file: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/${file}`);
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

function kibibytes(status: string, name: string): number | null {
  const kib = field(status, name);
  return kib === null ? null : kib * 1024;
}

function field(status: string, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1];
  return found === undefined ? null : Number(found);
}

/** Linux before 6.2 gives the folder no size; the kernel's own limit holds without being watched. */
function openFiles(pid: number): number | null {
  try {
    return Deno.statSync(`/proc/${pid}/fd`).size || null;
  } catch {
    return null;
  }
}
