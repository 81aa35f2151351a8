import type { Limits } from "../config/limits.ts";
import type { Room } from "./run_directory.ts";
import type { WorkerCommand } from "./worker_command.ts";

/** How far a worker is kept from its machine, beside Deno's permissions. */
export interface Tier {
  readonly name: "process" | "bubblewrap" | "container";
  /**
   * How a room comes to show the folders that it leads to: by links, which Deno follows, or by
   * mounts, which the tier makes.
   */
  readonly rooms: "links" | "mounts";
  /**
   * Where a worker's runtime writes down the permissions that it touches: a pipe in its room, which
   * nothing else writes to; or its standard error, where a tier passes on nothing else.
   */
  readonly record: "pipe" | "stderr" | "none";
  /** Whether signals reach a worker's process, so that it can be made to wait. */
  readonly holdable: boolean;
  /** The file without a place that a worker's memory is in, where a kernel of its own keeps it. */
  readonly memoryFile?: string | undefined;
  /**
   * The command line that runs a worker's command within the tier. Ending its process group ends
   * whatever it started, and the worker's standard streams are its own.
   */
  enclose(command: WorkerCommand, options: EncloseOptions): WorkerCommand;
}

/** Options of {@linkcode Tier.enclose}. */
export interface EncloseOptions {
  readonly room: Room;
  readonly guestDir: string;
  readonly modulesDir: string;
  readonly limits: Limits;
}
