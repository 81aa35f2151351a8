import { join } from "@std/path";

/** Takes a folder away with all that is in it, never what a link in it leads to. */
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

/** What a program made unreadable it owns as the same user, who may make it readable again. */
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
