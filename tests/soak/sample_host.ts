import { descendants } from "../process/descendants.ts";

/** What the host holds at one moment. */
export interface HostSample {
  readonly openFiles: number;
  /** All that came from it: workers, servers, its own helpers. */
  readonly processes: number;
  readonly threads: number;
  /** Folders in the runtime's private one. */
  readonly rooms: number;
  /** What a `deno run` of nothing takes at that moment: how busy the machine is. */
  readonly bareMs: number;
}

/** Asks the system, on Linux, about this process. */
export async function sampleHost(privateParent: string): Promise<HostSample> {
  const openFiles = count("/proc/self/fd");
  const threads = count("/proc/self/task");
  const rooms = [...Deno.readDirSync(privateParent)]
    .filter(({ name }) => name.startsWith("airlock-"))
    .reduce((sum, { name }) => sum + countFolders(`${privateParent}/${name}`), 0);
  const processes = (await descendants(Deno.pid)).length;
  return { openFiles, threads, rooms, processes, bareMs: await bareRun() };
}

/** What memory the host holds when its garbage is gone. */
export function sampleMemory(): { readonly rssMiB: number; readonly heapMiB: number } {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = Deno.memoryUsage();
  return { rssMiB: rss / 2 ** 20, heapMiB: heapUsed / 2 ** 20 };
}

/** The pipes of records that are kept in stock are no folders. */
function countFolders(folder: string): number {
  return [...Deno.readDirSync(folder)].filter(({ isDirectory }) => isDirectory).length;
}

function count(folder: string): number {
  try {
    return [...Deno.readDirSync(folder)].length;
  } catch {
    return 0; // it went while it was looked for
  }
}

async function bareRun(): Promise<number> {
  const began = performance.now();
  const args = ["run", "--no-config", "--no-lock", "data:text/javascript,1"];
  await new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).output();
  return performance.now() - began;
}
