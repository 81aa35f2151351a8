import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { isNoMoreNow } from "../process/no_more_now.ts";
import {
  type FolderGuard,
  type FolderMeasure,
  freeSpace,
  measureFolder,
} from "./measure_folder.ts";
import type { RoomFolders } from "./run_directory.ts";

/** The folders of one run, looked through before it and while it lasts. */
export interface FolderWatch {
  /**
   * Looks before the run; what the workspace holds by now is not held against it.
   *
   * @throws {AirlockError} FOLDER_UNSAFE where an entry could lead out
   */
  begin(): Promise<void>;
  /** Does as `check` where it is time for that; meant to be asked often. */
  glance(place: WorkspacePlace): Promise<keyof Limits | undefined>;
  /**
   * Looks again, at the workspace where it stands by now; gives the limit that it is over.
   *
   * @throws {AirlockError} FOLDER_UNSAFE where something arrived that could lead out, or where the
   * workspace, or the folder of drafts, was taken out of its place
   */
  check(place: WorkspacePlace): Promise<keyof Limits | undefined>;
  /** What the workspace may still take, as it was when it was last looked at. */
  left(): WorkspaceLeft;
  /** The same, looked at now. */
  measureLeft(place: WorkspacePlace): Promise<WorkspaceLeft>;
}

/** What a workspace may still take. */
export type WorkspaceLeft = Pick<FolderMeasure, "files" | "bytes">;

/** Where a workspace stands while it is used. */
export interface WorkspacePlace {
  /** Absolute path on the host. */
  readonly workspace: string;
  /** The link that leads a worker there; absent where none does. */
  readonly workspaceLink?: string | undefined;
  /** Where a program drafts skills, which counts as part of it; absent where it cannot. */
  readonly drafts?: string | undefined;
  /** What is kept open there and has no name any more; absent where nothing is. */
  unlinked?(): WorkspaceLeft;
}

/** Options of {@linkcode watchFolders}. */
export interface WatchFoldersOptions {
  readonly guard: FolderGuard;
  readonly limits: Limits;
}

/** A workspace above its limit is let in, so that a program can make it smaller. */
const MOST_FILES = 1_000_000;

/** Folders within folders: below, looking at one file would cost what thousands do elsewhere. */
const MOST_DEPTH = 64;

/** Looking may take one part in so many of the time. */
const TIME_SHARE = 50;

/** And this where the file system has lost half of what the workspace may still grow. */
const TIME_SHARE_OFTEN = 4;

/** A file may be long and take no room: nothing but looking tells. */
const LONGEST_PAUSE_MS = 1_000;

/** Makes the watch over the folders that one run is given. */
export function watchFolders(folders: RoomFolders, options: WatchFoldersOptions): FolderWatch {
  return new WatchedFolders(folders, options);
}

class WatchedFolders implements FolderWatch {
  readonly #folders: RoomFolders;
  readonly #guard: FolderGuard;
  readonly #most: { files: number; bytes: number; depth: number };
  #last: FolderMeasure = { files: 0, bytes: 0, depth: 0 };
  #tookMs = 0;
  /** One look answers all who ask while it lasts. */
  #looking: Promise<unknown> | undefined;
  #lookedAt = 0;
  #free = { files: 0, bytes: 0 };

  constructor(folders: RoomFolders, { guard, limits }: WatchFoldersOptions) {
    this.#folders = folders;
    this.#guard = guard;
    this.#most = { files: limits.workspaceFiles, bytes: limits.workspaceBytes, depth: MOST_DEPTH };
  }

  async begin(): Promise<void> {
    const { workspace } = this.#folders;
    this.#checkShared();
    if (workspace === undefined) return;
    const { files, bytes, depth } = await this.#look(workspace, {
      maxFiles: MOST_FILES,
      maxDepth: Infinity,
    });
    this.#most.depth = Math.max(this.#most.depth, depth);
    this.#most.files = Math.max(this.#most.files, files);
    this.#most.bytes = Math.max(this.#most.bytes, bytes);
  }

  async glance(place: WorkspacePlace): Promise<keyof Limits | undefined> {
    const { workspace } = place;
    refuseReplaced(place);
    const pausedMs = performance.now() - this.#lookedAt;
    const often = this.#tookMs * TIME_SHARE_OFTEN;
    const pauseMs = this.#isFilling(workspace)
      ? often
      : Math.min(this.#tookMs * TIME_SHARE, Math.max(often, LONGEST_PAUSE_MS));
    return pausedMs < pauseMs ? undefined : await this.check(place);
  }

  async check(place: WorkspacePlace): Promise<keyof Limits | undefined> {
    const { workspace } = place;
    refuseReplaced(place);
    this.#checkShared();
    const { files, bytes, depth } = await this.#look(workspace, {
      maxFiles: this.#most.files,
      maxDepth: this.#most.depth,
      drafts: place.drafts,
      unlinked: place.unlinked?.(),
    });
    if (files > this.#most.files || depth > this.#most.depth) return "workspaceFiles";
    return bytes > this.#most.bytes ? "workspaceBytes" : undefined;
  }

  left(): WorkspaceLeft {
    return {
      files: Math.max(0, this.#most.files - this.#last.files),
      bytes: Math.max(0, this.#most.bytes - this.#last.bytes),
    };
  }

  async measureLeft(place: WorkspacePlace): Promise<WorkspaceLeft> {
    // Whoever asks again and again is told what was seen last.
    const pausedMs = performance.now() - this.#lookedAt;
    if (pausedMs >= this.#tookMs * TIME_SHARE_OFTEN) {
      await (this.#looking ??= this.check(place).finally(() => this.#looking = undefined));
    }
    return this.left();
  }

  #checkShared(): void {
    this.#guard.check(this.#folders.servers, "servers");
  }

  async #look(
    workspace: string,
    { drafts, unlinked, ...bounds }: {
      maxFiles: number;
      maxDepth: number;
      drafts?: string | undefined;
      unlinked?: WorkspaceLeft | undefined;
    },
  ): Promise<FolderMeasure> {
    const began = performance.now();
    this.#free = freeSpace(workspace);
    const kept = await measureFolder(workspace, { name: "workspace", ...bounds });
    const drafted = drafts === undefined
      ? { files: 0, bytes: 0, depth: 0 }
      : await measureFolder(drafts, { name: "skills", ...bounds });
    this.#last = {
      files: kept.files + drafted.files + (unlinked?.files ?? 0),
      bytes: kept.bytes + drafted.bytes + (unlinked?.bytes ?? 0),
      depth: Math.max(kept.depth, drafted.depth),
    };
    this.#lookedAt = performance.now();
    this.#tookMs = this.#lookedAt - began;
    return this.#last;
  }

  /** It may be others who fill the file system; then looking finds nothing. */
  #isFilling(workspace: string): boolean {
    const free = freeSpace(workspace);
    return (["files", "bytes"] as const).some((what) =>
      this.#free[what] - free[what] > (this.#most[what] - this.#last[what]) / 2
    );
  }
}

/**
 * Who may write in a folder by its link may also take the link away, and put a folder in its place
 * that is nobody's session and that nobody measures.
 */
function refuseReplaced({ workspace, workspaceLink, drafts }: WorkspacePlace): void {
  const isThere = workspaceLink === undefined
    ? is("isDirectory", workspace)
    : is("isSymlink", workspaceLink);
  if (!isThere) throw replaced("workspace");
  if (drafts !== undefined && !is("isDirectory", drafts)) throw replaced("skills");
}

function replaced(name: string): AirlockError {
  return new AirlockError(
    "FOLDER_UNSAFE",
    `Cannot use folder: "./${name}" was taken out of its place`,
    { hint: "Remove what is in it, and leave the folder itself" },
  );
}

function is(kind: "isDirectory" | "isSymlink", path: string): boolean {
  try {
    return Deno.lstatSync(path)[kind];
  } catch (error) {
    // What cannot be looked at now is looked at the next time.
    if (isNoMoreNow(error)) throw error;
    return false;
  }
}
