import { entriesOf, familyOf, readCpuMs, readProc } from "../process/process_family.ts";
import type { ProcessSample, WorkspaceLeft } from "./sandbox.ts";

/** The sample of a process about which the system tells nothing. */
export const NO_SAMPLE: ProcessSample = {
  cpuMs: null,
  peakMemoryBytes: null,
  memoryBytes: null,
  threads: null,
  openFiles: null,
};

/** The family of a process is looked up for one sample in so many. */
const SAMPLES_A_LOOK = 8;

/** A kernel of its own keeps the memory of its processes in a memory file of this name. */
interface GuestKernel {
  readonly memoryFile?: string | undefined;
}

/**
 * Makes a reader of what a living process and its children use, from Linux's `/proc`: reads of
 * microseconds, which a thread would make slower.
 */
export function createUsageReader(
  pid: number,
  { memoryFile }: GuestKernel = {},
): () => Promise<ProcessSample> {
  let family = [pid];
  let file: string | undefined;
  let samples = 0;
  let peak = 0;
  return () => {
    if (samples++ % SAMPLES_A_LOOK === 0) {
      family = familyOf(pid);
      file ??= memoryFile && openFilesOf(family).find((path) => isMemoryFile(path, memoryFile));
    }
    const sample = family.map(sampleOf).reduce(add, NO_SAMPLE);
    const held = file === undefined ? 0 : bytesIn(file);
    if (held === 0 || sample.memoryBytes === null) return Promise.resolve(sample);
    const memoryBytes = sample.memoryBytes + held;
    peak = Math.max(peak, memoryBytes);
    // Threads and files of its kernel's processes are not the program's.
    const unseen = { threads: null, openFiles: null };
    return Promise.resolve({ ...sample, ...unseen, memoryBytes, peakMemoryBytes: peak });
  };
}

/**
 * Makes a reader of the files that a process and its children keep open and that no folder names:
 * they take space until they are closed.
 */
export function createUnlinkedReader(
  pid: number,
  { memoryFile }: GuestKernel = {},
): () => WorkspaceLeft {
  return () => {
    const seen = new Set<string>();
    let bytes = 0;
    for (const path of openFilesOf(familyOf(pid))) {
      const stat = unlinkedAt(path);
      // Two descriptors of one file are one file.
      if (stat === undefined || seen.has(`${stat.dev} ${stat.ino}`)) continue;
      if (memoryFile !== undefined && isMemoryFile(path, memoryFile)) continue;
      seen.add(`${stat.dev} ${stat.ino}`);
      bytes += stat.size;
    }
    return { files: seen.size, bytes };
  };
}

function* openFilesOf(family: readonly number[]): Generator<string, undefined> {
  for (const pid of family) {
    for (const fd of entriesOf(`/proc/${pid}/fd`)) yield `/proc/${pid}/fd/${fd}`;
  }
}

function isMemoryFile(path: string, name: string): boolean {
  try {
    return Deno.readLinkSync(path).startsWith(`/memfd:${name} `);
  } catch {
    return false;
  }
}

/** Returns the file that a descriptor leads to, if no folder names it. */
function unlinkedAt(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.statSync(path);
    return stat.isFile && stat.nlink === 0 ? stat : undefined;
  } catch {
    return undefined; // closed by now, or no file of this kind
  }
}

const BLOCK_BYTES = 512;

/** Returns how much of the file is in memory, which is less than its length. */
function bytesIn(path: string): number {
  try {
    return (Deno.statSync(path).blocks ?? 0) * BLOCK_BYTES;
  } catch {
    return 0;
  }
}

function sampleOf(pid: number): ProcessSample {
  const status = readProc(pid, "status");
  return {
    cpuMs: readCpuMs(pid) ?? null,
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
    threads: most(a.threads, b.threads),
    openFiles: most(a.openFiles, b.openFiles),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}

function most(a: number | null, b: number | null): number | null {
  return a === null ? b : Math.max(a, b ?? 0);
}

function kibibytes(status: string, name: string): number | null {
  const kib = field(status, name);
  return kib === null ? null : kib * 1024;
}

function field(status: string, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1];
  return found === undefined ? null : Number(found);
}

/** Linux before 6.2 gives the folder no size; the kernel's own limit holds all the same. */
function openFiles(pid: number): number | null {
  try {
    return Deno.statSync(`/proc/${pid}/fd`).size || null;
  } catch {
    return null;
  }
}
