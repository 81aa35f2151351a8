import { join, relative } from "@std/path";
import { statfsSync } from "node:fs";
import { AirlockError } from "../model/errors.ts";
import { busyWhereNoMore, isNoMoreNow } from "../process/no_more_now.ts";
import type { WorkspaceLeft } from "./sandbox.ts";

export interface FolderMeasure extends WorkspaceLeft {
  /** The most folders within folders. */
  readonly depth: number;
}

/** Entries that take a few milliseconds; then others have their turn. */
const ENTRIES_A_TURN = 500;

/**
 * Counts what is below a folder, following no link.
 *
 * @throws {AirlockError} FOLDER_UNSAFE at the first entry that could lead out of it, or that cannot
 * be looked at
 */
export async function measureFolder(
  dir: string,
  { name, maxFiles, maxDepth }: {
    /** The folder's name in errors: "workspace". */
    readonly name: string;
    /** Counting ends above it. */
    readonly maxFiles: number;
    /** Counting ends below it: the deeper a path, the longer a look takes. */
    readonly maxDepth: number;
  },
): Promise<FolderMeasure> {
  let files = 0;
  let bytes = 0;
  let deepest = 0;
  const folders = [{ at: dir, depth: 0 }];
  for (let folder; (folder = folders.pop()) !== undefined && files <= maxFiles;) {
    const { at, depth } = folder;
    deepest = Math.max(deepest, depth);
    if (depth > maxDepth) break;
    const shownOf = (path: string) => `./${join(name, relative(dir, path))}`;
    for (const entry of looked(() => [...Deno.readDirSync(at)], shownOf(at)) ?? []) {
      const path = join(at, entry.name);
      const stat = looked(() => Deno.lstatSync(path), shownOf(path));
      if (stat === undefined) continue;
      refuseUnsafe(stat, shownOf(path));
      files++;
      if (stat.isDirectory) folders.push({ at: path, depth: depth + 1 });
      else bytes += stat.size;
      if (files % ENTRIES_A_TURN === 0) await new Promise((resolve) => setTimeout(resolve));
      if (files > maxFiles) break;
    }
  }
  return { files, bytes, depth: deepest };
}

/**
 * Deno's permissions judge the path and the system follows the link: one that a server planted would
 * lead a program out of its folders.
 *
 * @throws {AirlockError} FOLDER_UNSAFE
 */
function refuseUnsafe(stat: Deno.FileInfo, shown: string): void {
  const what = kindOf(stat);
  if (what === undefined) return;
  throw new AirlockError(
    "FOLDER_UNSAFE",
    `Cannot use folder: ${JSON.stringify(shown)} is ${what}, which could lead out of it`,
    { hint: "Remove it; plain files and folders are all that a run may be given" },
  );
}

function kindOf({ isFile, isDirectory, isSymlink, nlink }: Deno.FileInfo): string | undefined {
  if (isSymlink) return "a symbolic link";
  if (isDirectory) return undefined;
  if (!isFile) return "a special file";
  return (nlink ?? 1) > 1 ? "a hard link" : undefined;
}

/** An entry that is gone since it was listed counts for nothing; an unreadable one is unsafe. */
function looked<T>(look: () => T, shown: string): T | undefined {
  try {
    return look();
  } catch (cause) {
    // A folder that became a file is counted the next time.
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof Deno.errors.NotADirectory) return undefined;
    if (isNoMoreNow(cause)) throw busyWhereNoMore(cause, "Cannot look at folder");
    throw new AirlockError(
      "FOLDER_UNSAFE",
      `Cannot use folder: ${JSON.stringify(shown)} cannot be looked at`,
      { hint: "Remove it, or make it readable", cause },
    );
  }
}

/** Looks through folders that seldom change, and again only where they did. */
export interface FolderGuard {
  /**
   * @param name the folder's name in errors: "skills"
   * @throws {AirlockError} FOLDER_UNSAFE at the first entry that could lead out of it
   */
  check(dir: string, name: string): void;
}

/** Times are whole seconds: a folder that changed just now could change again within the same one. */
const SETTLED_MS = 2_000;

const MAX_REMEMBERED = 10_000;

/** Makes a guard; an entry that enters a folder changes the folder's own time, which no call can set. */
export function createFolderGuard(): FolderGuard {
  const remembered = new Map<string, { changedAt: number; folders: readonly string[] }>();
  return {
    check(dir, name) {
      const waiting = [{ path: dir, shown: `./${name}` }];
      for (let folder; (folder = waiting.pop()) !== undefined;) {
        for (const child of foldersIn(folder)) {
          waiting.push({ path: join(folder.path, child), shown: `${folder.shown}/${child}` });
        }
      }
    },
  };

  function foldersIn({ path, shown }: { path: string; shown: string }): readonly string[] {
    const changedAt = changeOf(path);
    const known = remembered.get(path);
    if (known !== undefined && known.changedAt === changedAt) return known.folders;
    remembered.delete(path);
    const folders = readFolder(path, shown);
    if (changedAt !== undefined && Date.now() - changedAt > SETTLED_MS) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(path, { changedAt, folders });
    }
    return folders;
  }
}

function changeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).ctime?.getTime();
  } catch {
    return undefined;
  }
}

function readFolder(path: string, shown: string): string[] {
  const folders: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(path)) {
      const stat = Deno.lstatSync(join(path, name));
      refuseUnsafe(stat, `${shown}/${name}`);
      if (stat.isDirectory) folders.push(name);
    }
  } catch (error) {
    // What the host cannot read, no worker of the same user can.
    if (error instanceof AirlockError) throw error;
  }
  return folders;
}

/** Returns what the file system of a folder has left, in one call; 0 for what it does not count. */
export function freeSpace(dir: string): WorkspaceLeft {
  try {
    const { ffree, bavail, bsize } = statfsSync(dir);
    return { files: ffree, bytes: bavail * bsize };
  } catch {
    return { files: 0, bytes: 0 };
  }
}
