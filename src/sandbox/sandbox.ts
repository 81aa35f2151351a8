import type { WorkerConnections } from "../calls/listen_for_worker.ts";
import type { FrameBatches } from "../model/frames.ts";
import type { RiskLevel } from "../model/risk.ts";
import type { EscapeAttempt } from "../model/run_result.ts";
import type { TouchedPermissions } from "../result/ending.ts";
import type { WorkerFile } from "./run_directory.ts";
import type { RunFolders, Tier } from "./tier.ts";

/** The sandboxes of a runtime, one for each tier in use. */
export interface Sandboxes extends AsyncDisposable {
  /** Returns the sandbox of programs of a level. */
  at(level: RiskLevel): Sandbox;
  /** Ends workers that wait for runs of a closed session, by the path of its folder. */
  forget(workspace: string): void;
}

/** Executes runs, each in a worker of its own. */
export interface Sandbox extends AsyncDisposable {
  /** Makes a worker ready for a program that is still being read. */
  reserve(folders: RunFolders): Reservation;
  /** Ends workers that wait for runs of a closed session, by the path of its folder. */
  forget(workspace: string): void;
}

/** A worker that is ready or being started; one that is not taken goes back at the end of the block. */
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
  /** Absolute path of its run directory. */
  readonly dir: string;
  /** The tier that encloses it. */
  readonly tier: Tier["name"];
  /** The flags that it was started with, and so all of its rights. */
  readonly flags: readonly string[];
  /** Absolute path of its workspace on the host. */
  readonly workspace: string;
  /** The link in its run directory to the workspace; undefined where there is none. */
  readonly workspaceLink: string | undefined;
  /** Absolute path of the folder that it drafts skills in. */
  readonly drafts: string;
  readonly connections: WorkerConnections;
  /** What the program logs, as frames. */
  readonly output: FrameBatches;
  /** Reads on in the output and drops it; tells whether that ended within so many bytes. */
  drain(maxBytes: number): Promise<"ended" | "too_much">;
  /** The permissions that it touched, where the tier lets them be recorded. */
  readonly attempts: PermissionRecord;
  /** Resolves to its status when the process has ended. */
  readonly exited: Promise<Deno.CommandStatus>;
  /** Writes a program's files where it imports them from; resolves to the URL of the first. */
  writeModules(files: readonly WorkerFile[]): Promise<string>;
  /** Measures what the process has used until now, and holds. */
  usage(): Promise<ProcessSample>;
  /** Stops and continues it. */
  readonly cpu: HoldableWorker;
  /** Measures its open files that no folder names: they count as its workspace's. */
  unlinked(): WorkspaceLeft;
  /** Kills the whole process group at once, and with it everything that it started. */
  kill(): void;
}

/** A worker that can be stopped and continued. */
export interface HoldableWorker {
  /** Stops it where it is; it can be ended at any time. */
  hold(): void;
  resume(): void;
  /** How long it has waited for a core while others had them all; 0 where the system cannot tell. */
  waitedMs(): number;
  /** Puts it behind all that does not burn CPU time, for good. */
  putBehind(): void;
}

/** What a process used; null where the system does not tell. */
export interface ProcessUsage {
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

/** What a process and its children hold at one moment; null where the system does not tell. */
export interface ProcessSample extends ProcessUsage {
  /** Resident memory of all of them. */
  readonly memoryBytes: number | null;
  /** The most of any one of them, as is `openFiles`. */
  readonly threads: number | null;
  readonly openFiles: number | null;
}

/** What a workspace may still take, or what files without a name take of it. */
export interface WorkspaceLeft {
  /** Files and folders, each an inode. */
  readonly files: number;
  /** Lengths of the files together. */
  readonly bytes: number;
}

/** The permissions that a worker touches, and those of them that its rights do not cover. */
export interface PermissionRecord {
  /** Resolves at the first violation, and never otherwise. */
  readonly first: Promise<EscapeAttempt>;
  /** Resolves when all is read that was recorded until now, or until the process ended. */
  settled(): Promise<void>;
  /** Returns the violations until now, each once. */
  list(): readonly EscapeAttempt[];
  /** Returns all that was touched until now, within its rights and beyond. */
  touched(): TouchedPermissions;
  /** Reads on from now on, and tells `listener` new violations, as long as they are few. */
  follow(listener: (attempt: EscapeAttempt) => void): void;
  close(): Promise<void>;
}
