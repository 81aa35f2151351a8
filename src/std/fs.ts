/** The `@std/fs` functions in use, over the runtime's own `node:fs`. */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Resolves to whether `path` exists; a link counts as what it points to. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return false;
    throw error;
  }
}

/** Makes the directory and its parents where they are missing. */
export async function ensureDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
}

/** Makes the directory where it is missing, else removes all that it holds. */
export async function emptyDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const names = await readdir(dir);
  await Promise.all(names.map((name) => rm(join(dir, name), { recursive: true, force: true })));
}
