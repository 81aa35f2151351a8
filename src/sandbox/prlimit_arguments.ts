import type { Limits } from "../config/limits.ts";
import type { Launchers } from "../process/find_launchers.ts";

const MiB = 1024 * 1024;

/**
 * Room that V8 reserves for the machine code of a worker's two isolates, and what Deno itself has.
 * It counts as data without ever being in memory.
 */
const RESERVED_BYTES = 1280 * MiB;

/** The host ends a run at its limit; the kernel a little later, should the host be stopped. */
const SPARE_CPU_SECONDS = 1;

/**
 * What the kernel holds a worker to. Not here: the address space, of which V8 reserves more than any
 * machine has; and the number of processes, which is counted for all workers of a user together.
 */
export function prlimitArguments(limits: Limits): string[] {
  const cpu = Math.ceil(limits.cpuMs / 1000) + SPARE_CPU_SECONDS;
  return [
    "--core=0", // a core dump would leave the program's data on the disk
    `--cpu=${cpu}:${cpu + SPARE_CPU_SECONDS}`, // the second one is SIGKILL
    `--data=${RESERVED_BYTES + Math.max(limits.memoryBytes, limits.heapBytes)}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles + 1}`, // one more, so that the host sees that it went over
  ];
}

/** The launchers with the limits of a run; as they are where there is no `prlimit`. */
export function limitLaunchers(launchers: Launchers, limits: Limits): Launchers {
  return launchers.map((launcher) => {
    const [path = ""] = launcher;
    return path.endsWith("/prlimit") ? [path, ...prlimitArguments(limits)] : launcher;
  });
}
