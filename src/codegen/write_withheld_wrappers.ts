import { join } from "@std/path";
import { hasBanner } from "./banner.ts";
import { type GeneratedServer, wrapperOf } from "./generate_server.ts";
import { readPlainFile, replaceFile } from "./generated_folder.ts";

/** Writes the wrappers of tools anew whose words are withheld and whose files may still have them. */
export async function writeWithheldWrappers(dir: string, server: GeneratedServer): Promise<void> {
  for (const tool of server.withheld) {
    const { path, text } = wrapperOf(server, tool)!;
    const old = await readPlainFile(join(dir, path));
    if (old === undefined || old === text || !hasBanner(old)) continue;
    await replaceFile(join(dir, path), text);
  }
}
