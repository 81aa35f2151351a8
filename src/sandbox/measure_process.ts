import { entriesOf, familyOf, readCpuMs, readProc } from "../process/process_family.ts";
import type { WorkspaceLeft } from "./watch_folders.ts";

/** What a process used; null where the system does not tell. */
export interface ProcessUsage {
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

/** What a process and its children hold at one moment; null where the system does not tell. */
export interface ProcessSample extends ProcessUsage {
  /** In memory, of all of them. */
  readonly memoryBytes: number | null;
  /** Of the one that has the most; so are `openFiles`. */
  readonly threads: number | null;
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

/** Which processes there are is looked up for one sample in so many. */
const SAMPLES_A_LOOK = 8;

/** Options of {@linkcode createUsageReader}. */
export interface UsageReaderOptions {
  /** Name of the file without a place in which a guest kernel keeps the memory of its processes. */
  readonly memoryFile?: string | undefined;
}

/**
 * Makes what reads how much a living process and its children use, from Linux's `/proc`: memory of
 * the kernel, read in microseconds, which going through a thread would make slower.
 */
export function createUsageReader(
  pid: number,
  { memoryFile }: UsageReaderOptions = {},
): () => Promise<ProcessSample> {
  let family = [pid];
  let file: string | undefined;
  let samples = 0;
  let peak = 0;
  return () => {
    if (samples++ % SAMPLES_A_LOOK === 0) {
      family = familyOf(pid);
      file ??= memoryFile && findMemoryFile(family, memoryFile);
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

/** The path at which an open file of one of them can be asked for. */
function findMemoryFile(family: readonly number[], name: string): string | undefined {
  for (const pid of family) {
    for (const fd of entriesOf(`/proc/${pid}/fd`)) {
      const path = `/proc/${pid}/fd/${fd}`;
      if (linkOf(path).startsWith(`/memfd:${name} `)) return path;
    }
  }
  return undefined;
}

const BLOCK_BYTES = 512;

/** What of the file is in memory, which is less than its length. */
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

/** Linux before 6.2 gives the folder no size; the kernel's own limit holds without being watched. */
function openFiles(pid: number): number | null {
  try {
    return Deno.statSync(`/proc/${pid}/fd`).size || null;
  } catch {
    return null;
  }
}

/** Options of {@linkcode createUnlinkedReader}. */
export interface UnlinkedReaderOptions {
  /** Name of the file without a place in which a guest kernel keeps the memory of its processes. */
  readonly memoryFile?: string | undefined;
}

/**
 * Makes what measures the files that a process and its children keep open and that have no name any
 * more, or never had one: they take room until they are closed, and no folder shows them.
 */
export function createUnlinkedReader(
  pid: number,
  { memoryFile }: UnlinkedReaderOptions = {},
): () => WorkspaceLeft {
  return () => {
    const seen = new Set<string>();
    let bytes = 0;
    for (const process of familyOf(pid)) {
      for (const fd of entriesOf(`/proc/${process}/fd`)) {
        const path = `/proc/${process}/fd/${fd}`;
        const stat = unlinkedAt(path);
        // Two descriptors of one file are one file.
        if (stat === undefined || seen.has(`${stat.dev} ${stat.ino}`)) continue;
        if (memoryFile !== undefined && linkOf(path).startsWith(`/memfd:${memoryFile} `)) continue;
        seen.add(`${stat.dev} ${stat.ino}`);
        bytes += stat.size;
      }
    }
    return { files: seen.size, bytes };
  };
}

/** The file that a descriptor leads to, where no folder names it. */
function unlinkedAt(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.statSync(path);
    return stat.isFile && stat.nlink === 0 ? stat : undefined;
  } catch {
    return undefined; // closed by now, or no file of this kind
  }
}

/** Where a descriptor leads to, as the system says it; empty where it is gone. */
export function linkOf(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch {
    return "";
  }
}
