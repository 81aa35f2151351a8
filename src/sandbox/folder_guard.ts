import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { refuseUnsafe } from "./measure_folder.ts";

/** Looks through folders that seldom change, and again only where they did. */
export interface FolderGuard {
  /**
   * @param name what errors call the folder: "skills"
   * @throws {AirlockError} FOLDER_UNSAFE at the first entry that could lead out of it
   */
  check(dir: string, name: string): void;
}

interface Seen {
  readonly changedAt: number;
  readonly folders: readonly string[];
}

/** Times are whole seconds: a folder that changed just now could change again within the same one. */
const SETTLED_MS = 2_000;

const MAX_REMEMBERED = 10_000;

/** Makes a guard; whatever enters a folder changes the folder's own time, which nobody can set. */
export function createFolderGuard(): FolderGuard {
  const remembered = new Map<string, Seen>();
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
