import { join } from "@std/path";
import { SESSION_NAME } from "../config_schema.ts";
import { AirlockError } from "../errors.ts";
import type { WrittenFile } from "../result/run_result.ts";

/** The files of one session. */
export interface Workspace extends AsyncDisposable {
  /** Absolute path of its folder. */
  readonly dir: string;
  /** The files changed since it was opened, links and what they lead to left out. */
  written(): Promise<WrittenFile[]>;
  /** Adds a file that did not exist; gives it as a program reads it. */
  add(name: string, text: string): Promise<string>;
}

const MAX_LISTED_FILES = 1_000;
const MAX_DEPTH = 32;

/** Options of {@linkcode openWorkspace}. */
export interface OpenWorkspaceOptions {
  readonly runId: string;
  /** Absent for a workspace of the run's own, which goes with it unless a file is left in it. */
  readonly session?: string;
}

/**
 * Opens the workspace of a session, made where there is none.
 *
 * @throws {AirlockError} REQUEST_INVALID where the session's name has not the form of one
 */
export async function openWorkspace(
  root: string,
  { runId, session }: OpenWorkspaceOptions,
): Promise<Workspace> {
  if (session !== undefined && !SESSION_NAME.test(session)) {
    throw new AirlockError(
      "REQUEST_INVALID",
      "Cannot open session: a name is 1 to 64 letters, digits, - and _, and begins with no run_",
    );
  }
  const dir = join(root, session ?? runId);
  await Deno.mkdir(dir, { recursive: true });
  // The clock of the file system, which need not be ours.
  const opened = await touch(dir);
  return {
    dir,
    written: () => changedFiles(dir, opened),
    async add(name, text) {
      // Only a new file: an existing one could be a link that leads out.
      await Deno.writeTextFile(join(dir, name), text, { createNew: true });
      return `./workspace/${name}`;
    },
    async [Symbol.asyncDispose]() {
      // A folder that is not empty stays.
      if (session === undefined) await Deno.remove(dir).catch(() => {});
    },
  };
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

/** A file's times can be set by whoever owns it; that of its last change cannot. */
function changedAt({ mtime, ctime }: Deno.FileInfo): number {
  return Math.max(mtime?.getTime() ?? 0, ctime?.getTime() ?? 0);
}
