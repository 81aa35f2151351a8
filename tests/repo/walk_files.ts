import { join } from "@std/path";

/** All files below a folder, absolute, sorted; what git ignores by its name is left out. */
export async function walkFiles(dir: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (name === ".git" || name === "node_modules" || name === ".airlock") continue;
    const path = join(dir, name);
    if (isDirectory) files.push(...await walkFiles(path));
    else files.push(path);
  }
  return files.sort();
}
