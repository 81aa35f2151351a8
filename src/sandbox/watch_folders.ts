import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { isNoMoreNow } from "../process/no_more_now.ts";
import {
  type FolderGuard,
  type FolderMeasure,
  freeSpace,
  measureFolder,
} from "./measure_folder.ts";
import type { WorkspaceLeft } from "./sandbox.ts";
import type { RunFolders } from "./tier.ts";

interface WorkspacePlace {
  readonly workspace: string;
  /** The link that leads a worker there; undefined where there is none. */
  readonly workspaceLink?: string | undefined;
  /** The folder of skill drafts, which counts as part of it; undefined where there is none. */
  readonly drafts?: string | undefined;
  /** Measures open files of the workspace that have no name any more. */
  unlinked?(): WorkspaceLeft;
}

/** A workspace above its limit is accepted, so that a program can make it smaller. */
const MOST_FILES = 1_000_000;

/** Folders within folders: deeper, a look at one file costs what thousands do elsewhere. */
const MOST_DEPTH = 64;

/** Looks may take one part in so many of the time. */
const TIME_SHARE = 50;

/** The same, once the file system has lost half of what the workspace may still grow. */
const TIME_SHARE_OFTEN = 4;

/** A sparse file is long and takes no space: only a look finds it. */
const LONGEST_PAUSE_MS = 1_000;

/** The folders of one run, looked through before it and during it. */
export class FolderWatch {
  readonly #folders: RunFolders;
  readonly #guard: FolderGuard;
  readonly #most: { files: number; bytes: number; depth: number };
  #last: FolderMeasure = { files: 0, bytes: 0, depth: 0 };
  #tookMs = 0;
  /** The look in progress, which answers every call meanwhile. */
  #looking: Promise<unknown> | undefined;
  #lookedAt = 0;
  #free = { files: 0, bytes: 0 };

  constructor(
    folders: RunFolders,
    { guard, limits }: { readonly guard: FolderGuard; readonly limits: Limits },
  ) {
    this.#folders = folders;
    this.#guard = guard;
    this.#most = { files: limits.workspaceFiles, bytes: limits.workspaceBytes, depth: MOST_DEPTH };
  }

  /**
   * Looks before the run; what the workspace holds by then is within its limits.
   *
   * @throws {AirlockError} FOLDER_UNSAFE where an entry could lead out
   */
  async begin(): Promise<void> {
    const { workspace, servers } = this.#folders;
    this.#guard.check(servers, "servers");
    if (workspace === undefined) return;
    const { files, bytes, depth } = await this.#look(workspace, {
      maxFiles: MOST_FILES,
      maxDepth: Infinity,
    });
    this.#most.depth = Math.max(this.#most.depth, depth);
    this.#most.files = Math.max(this.#most.files, files);
    this.#most.bytes = Math.max(this.#most.bytes, bytes);
  }

  /** Does the same as `check` when a look is due; meant to be called often. */
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

  /**
   * Looks again, at the workspace where it is by now; resolves to the limit that it exceeds.
   *
   * @throws {AirlockError} FOLDER_UNSAFE where something arrived that could lead out, or where the
   * workspace, or the folder of drafts, was replaced
   */
  async check(place: WorkspacePlace): Promise<keyof Limits | undefined> {
    const { workspace } = place;
    refuseReplaced(place);
    this.#guard.check(this.#folders.servers, "servers");
    const { files, bytes, depth } = await this.#look(workspace, {
      maxFiles: this.#most.files,
      maxDepth: this.#most.depth,
      drafts: place.drafts,
      unlinked: place.unlinked?.(),
    });
    if (files > this.#most.files || depth > this.#most.depth) return "workspaceFiles";
    return bytes > this.#most.bytes ? "workspaceBytes" : undefined;
  }

  /** Returns what the workspace could still take at the last look. */
  left(): WorkspaceLeft {
    return {
      files: Math.max(0, this.#most.files - this.#last.files),
      bytes: Math.max(0, this.#most.bytes - this.#last.bytes),
    };
  }

  /** Resolves to what the workspace may still take now. */
  async measureLeft(place: WorkspacePlace): Promise<WorkspaceLeft> {
    // Calls in quick succession get the last look.
    const pausedMs = performance.now() - this.#lookedAt;
    if (pausedMs >= this.#tookMs * TIME_SHARE_OFTEN) {
      await (this.#looking ??= this.check(place).finally(() => this.#looking = undefined));
    }
    return this.left();
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

  /** Other processes may fill the file system as well; then a look finds nothing. */
  #isFilling(workspace: string): boolean {
    const free = freeSpace(workspace);
    return (["files", "bytes"] as const).some((what) =>
      this.#free[what] - free[what] > (this.#most[what] - this.#last[what]) / 2
    );
  }
}

/**
 * A program that may write in a folder by its link may also replace the link, with a folder that is
 * of no session and is not measured.
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
