import { join } from "@std/path";
import { readPlainFile, replaceFile } from "../generated_folder.ts";
import type { GeneratedServer } from "../generate_server.ts";
import { withoutObserved } from "./observed_mark.ts";

/**
 * Writes the wrappers of a server anew whose observed types have changed. A file that differs in
 * anything else stays: somebody edited it, or has not yet accepted how the tool changed.
 */
export async function writeObservedWrappers(dir: string, server: GeneratedServer): Promise<void> {
  for (const { path, text } of server.files) {
    const file = join(dir, path);
    const old = await readPlainFile(file);
    if (old === undefined || old === text) continue;
    if (withoutObserved(old, "unknown") !== withoutObserved(text, "unknown")) continue;
    await replaceFile(file, text);
  }
}
