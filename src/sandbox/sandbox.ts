import type { WorkerConnections } from "../calls/listen_for_worker.ts";
import type { FrameBatches } from "../model/frames.ts";
import type { HoldableWorker } from "./cpu_shares.ts";
import type { ProcessSample } from "./measure_process.ts";
import type { AttemptRecord } from "./record_attempts.ts";
import type { RoomFolders, WorkerFile } from "./run_directory.ts";
import type { WorkspaceLeft } from "./watch_folders.ts";
import type { Tier } from "./tier.ts";

/** Where runs are executed, each in a worker of its own. */
export interface Sandbox extends AsyncDisposable {
  /** Sees to it that a worker is ready soon, for a program that is still being read. */
  reserve(folders: RoomFolders): Reservation;
  /** Ends what waits for runs of a session that is no more, by the path of its folder. */
  forget(workspace: string): void;
}

/** A worker that is ready or about to be; one that is not taken goes back at the end of the block. */
export interface Reservation extends Disposable {
  /**
   * Takes the worker, which has run nothing yet and will run one program; the caller ends it.
   *
   * @throws {AirlockError} WORKER_UNAVAILABLE
   */
  take(): Promise<Worker>;
}

/** The process of one run. */
export interface Worker extends AsyncDisposable {
  /** Absolute path of its room. */
  readonly room: string;
  /** The tier that encloses it. */
  readonly tier: Tier["name"];
  /** The flags that it was started with, and so all of its rights. */
  readonly flags: readonly string[];
  /** Absolute path of its workspace on the host. */
  readonly workspace: string;
  /** The link in its room that leads there; absent where none does. */
  readonly workspaceLink: string | undefined;
  /** Absolute path of the folder that it drafts skills in. */
  readonly drafts: string;
  readonly connections: WorkerConnections;
  /** What the program logs, as frames. */
  readonly output: FrameBatches;
  /** Reads on in what the worker says, and drops it; gives whether that ended within so many bytes. */
  drain(maxBytes: number): Promise<"ended" | "too_much">;
  /** What it touched, and tried beyond its rights, where the tier lets it be seen. */
  readonly attempts: AttemptRecord;
  /** Resolves when the process has ended, with how. */
  readonly exited: Promise<Deno.CommandStatus>;
  /** Puts a program's files where it imports them from; gives the URL of the first. */
  furnish(files: readonly WorkerFile[]): Promise<string>;
  /** What the process used until now, and holds. */
  usage(): Promise<ProcessSample>;
  /** What makes it wait for others. */
  readonly cpu: HoldableWorker;
  /** The files that it keeps open and that no folder names: they count as its workspace's. */
  unlinked(): WorkspaceLeft;
  /** Ends the whole process group at once, and with it everything that it started. */
  kill(): void;
}
