import type { Limits } from "../config.ts";
import type { WorkerConnections } from "../rpc/listen_for_worker.ts";
import type { FrameBatches } from "../rpc/protocol.ts";
import type { ProcessUsage } from "./process_usage.ts";
import type { RoomFolders, WorkerFile } from "./room.ts";

/** Where runs are executed: each in a worker of its own. */
export interface Sandbox {
  /** Starts a worker for one run. */
  start(options: StartWorkerOptions): Promise<Worker>;
}

/** Options of {@linkcode Sandbox.start}. */
export interface StartWorkerOptions {
  readonly runId: string;
  readonly files: readonly WorkerFile[];
  readonly folders: RoomFolders;
  readonly limits: Limits;
}

/** The process of one run. */
export interface Worker extends AsyncDisposable {
  /** Absolute path of its room. */
  readonly room: string;
  readonly connections: WorkerConnections;
  /** What the program logs, as frames. */
  readonly output: FrameBatches;
  /** URL of the program's module, as the worker imports it. */
  readonly module: string;
  /** Resolves when the process has ended, with how. */
  readonly exited: Promise<Deno.CommandStatus>;
  /** What the process used until now. */
  usage(): Promise<ProcessUsage>;
  /** Ends the whole process group at once, and with it everything that it started. */
  kill(): void;
}
