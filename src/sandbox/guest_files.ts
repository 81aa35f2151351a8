import { basename, join } from "@std/path";
import { stripTypeScriptTypes } from "node:module";

/** The guest's modules and the protocol; all that a worker is ever given of ours. */
const FILES = [
  "guest/airlock.ts",
  "guest/connect_host.ts",
  "guest/drop_globals.ts",
  "guest/errors.ts",
  "guest/host_calls.ts",
  "guest/load_module.ts",
  "guest/program_thread.ts",
  "guest/run_program.ts",
  "guest/strip_child.ts",
  "guest/stub.ts",
  "rpc/protocol.ts",
];

/**
 * Writes the guest's files into the new folder `dir` as JavaScript, side by side, wherever Airlock
 * itself was loaded from.
 */
export async function writeGuestFiles(dir: string): Promise<void> {
  await Deno.mkdir(dir);
  await Promise.all(FILES.map(async (file) => {
    const response = await fetch(new URL(`../${file}`, import.meta.url));
    const name = basename(file, ".ts");
    await Deno.writeTextFile(join(dir, `${name}.js`), asJavaScript(await response.text()));
  }));
}

function asJavaScript(source: string): string {
  return stripTypeScriptTypes(source).replaceAll(/from "\.[^"]*\/([^"/]+)\.ts"/g, 'from "./$1.js"');
}
