/** The `@std/fs` functions in use, over the runtime's own `node:fs`. */
import { mkdir, stat } from "node:fs/promises";

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
