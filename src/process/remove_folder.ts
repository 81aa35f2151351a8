import { join } from "@std/path";
import { isNoMoreNow } from "./no_more_now.ts";

/** Removes a folder with all that is in it, never what a link in it leads to. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    await openFolders(path);
    await Deno.remove(path, { recursive: true });
  }
}

/** Makes folders readable that a program made unreadable: they are of the same user. */
async function openFolders(path: string): Promise<void> {
  const closed = [path];
  for (let folder; (folder = closed.pop()) !== undefined;) {
    if (!(await Deno.lstat(folder)).isDirectory) continue;
    await Deno.chmod(folder, 0o700);
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) closed.push(join(folder, name));
    }
  }
}

const TRIES = 300;
const PAUSE_MS = 100;

/** Removes a folder, a little later where the machine cannot look into it now. */
export async function removeFolderSoon(path: string): Promise<void> {
  try {
    await removeFolder(path);
  } catch (error) {
    if (!isNoMoreNow(error)) throw error;
    void removeLater(path);
  }
}

async function removeLater(path: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (await removeFolder(path).then(() => true, () => false)) return;
  }
}
