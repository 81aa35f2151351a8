import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import type { WrittenFile } from "../model/run_result.ts";

/** The files that one run works with. */
export interface Workspace {
  /** The files changed since it was opened, links and what they lead to left out. */
  written(): Promise<WrittenFile[]>;
  /** Adds a file that did not exist; gives it as a program reads it. */
  add(name: string, bytes: Uint8Array): Promise<string>;
}

const MAX_LISTED_FILES = 1_000;
const MAX_DEPTH = 32;

/**
 * Makes the folder of a session where there is none; gives its absolute path.
 *
 * @param id of the session, whose form is known to be that of one
 * @throws {AirlockError} FOLDER_UNSAFE where its folder is a link
 */
export async function sessionFolder(root: string, id: string): Promise<string> {
  const dir = join(root, id);
  await Deno.mkdir(dir, { recursive: true });
  await refuseLink(dir);
  return dir;
}

/** Opens a folder as the workspace of a run; `isNew` where nothing was in it before. */
export async function openWorkspace(
  dir: string,
  { isNew }: { isNew: boolean },
): Promise<Workspace> {
  // The clock of the file system, which need not be ours.
  const opened = isNew ? 0 : await touch(dir);
  return {
    written: () => changedFiles(dir, opened),
    async add(name, bytes) {
      await refuseLink(dir);
      // Only a new file: an existing one could be a link that leads out.
      await Deno.writeFile(join(dir, name), bytes, { createNew: true });
      return `./workspace/${name}`;
    },
  };
}

/** All files of a folder, links and what they lead to left out. */
export async function listFiles(dir: string): Promise<WrittenFile[]> {
  return await changedFiles(dir, 0);
}

/** The workspace of what makes files only where a result is too large. */
export function openWhenNeeded(dir: string): Workspace {
  const added: WrittenFile[] = [];
  return {
    written: () => Promise.resolve(added),
    async add(name, bytes) {
      await Deno.mkdir(dir, { recursive: true });
      const path = await (await openWorkspace(dir, { isNew: true })).add(name, bytes);
      added.push({ path, bytes: bytes.length });
      return path;
    },
  };
}

/** Moves a folder to where none is, also from one file system to another. */
export async function moveFolder(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch {
    await copyFolder(from, to);
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const { name, isFile, isDirectory } of await entries(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    // Never what a link leads to.
    else if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}

/** A server that may write beside the workspaces could put a link in the place of one. */
async function refuseLink(dir: string): Promise<void> {
  const stat = await Deno.lstat(dir);
  if (stat.isDirectory) return;
  throw new AirlockError("FOLDER_UNSAFE", "Cannot open workspace: its folder is a link");
}

async function touch(dir: string): Promise<number> {
  const probe = join(dir, `.opened-${crypto.randomUUID()}`);
  await Deno.writeTextFile(probe, "", { createNew: true });
  const { mtime } = await Deno.lstat(probe);
  await Deno.remove(probe);
  return mtime?.getTime() ?? 0;
}

async function changedFiles(dir: string, since: number): Promise<WrittenFile[]> {
  const files: WrittenFile[] = [];
  const folders = [{ path: dir, shown: "./workspace", depth: 0 }];
  for (let folder; (folder = folders.shift()) && files.length < MAX_LISTED_FILES;) {
    for (const { name, isFile, isDirectory } of await entries(folder.path)) {
      const path = join(folder.path, name);
      const shown = `${folder.shown}/${name}`;
      if (isDirectory && folder.depth < MAX_DEPTH) {
        folders.push({ path, shown, depth: folder.depth + 1 });
      }
      const stat = isFile ? await Deno.lstat(path).catch(() => undefined) : undefined;
      if (stat?.isFile && changedAt(stat) >= since) files.push({ path: shown, bytes: stat.size });
    }
  }
  return files.slice(0, MAX_LISTED_FILES).sort((a, b) => a.path < b.path ? -1 : 1);
}

async function entries(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch {
    return []; // gone since it was listed
  }
}

/** The owner of a file can set its times, but not that of its last change. */
function changedAt({ mtime, ctime }: Deno.FileInfo): number {
  return Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
}
