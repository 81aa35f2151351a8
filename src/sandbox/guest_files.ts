import { join } from "@std/path";
import { stripTypeScriptTypes } from "node:module";

/**
 * The files that a worker is given, and the modules that each is made of, dependencies first. One
 * file loads faster than six; what programs import too stays a module of its own.
 */
const FILES: Readonly<Record<string, readonly string[]>> = {
  "airlock.js": ["guest/airlock.ts"],
  "client.js": ["codegen/client.ts"],
  "errors.js": ["guest/errors.ts"],
  "load_module.js": ["guest/load_module.ts"],
  "program_thread.js": [
    "guest/primordials.ts",
    "model/protocol.ts",
    "model/frames.ts",
    "process/frame_writer.ts",
    "guest/connect_host.ts",
    "guest/harden_runtime.ts",
    "guest/replace_timers.ts",
    "guest/guard_files.ts",
    "guest/run_clock.ts",
    "guest/replace_entropy.ts",
    "guest/host_calls.ts",
    "guest/run_program.ts",
    "guest/drop_globals.ts",
    "guest/program_thread.ts",
  ],
  "assert.js": nodeModules("deep_equal", "inspect", "assert"),
  "assert_strict.js": ["guest/node/assert_strict.ts"],
  "buffer.js": nodeModules("bytes", "buffer"),
  "events.js": nodeModules("events"),
  "path.js": nodeModules("path"),
  "querystring.js": nodeModules("querystring"),
  "string_decoder.js": nodeModules("bytes", "string_decoder"),
  "url.js": nodeModules("url"),
  "util.js": nodeModules("deep_equal", "inspect", "parse_args", "util"),
  "workspace_files.js": ["guest/workspace_files.ts"],
  "stub.js": [
    "model/protocol.ts",
    "model/frames.ts",
    "process/frame_writer.ts",
    "guest/connect_host.ts",
    "guest/stub.ts",
  ],
};

/** What a program gets where it imports a module of Node's. */
function nodeModules(...names: string[]): string[] {
  return ["coded_error", ...names].map((name) => `guest/node/${name}.ts`);
}

/** Writes the guest's files as JavaScript into the new folder `dir`, wherever Airlock was loaded from. */
export async function writeGuestFiles(dir: string): Promise<void> {
  await Deno.mkdir(dir);
  await Promise.all(
    Object.entries(FILES).map(async ([file, modules]) => {
      const texts = await Promise.all(modules.map(readModule));
      await Deno.writeTextFile(join(dir, file), joinModules(texts));
    }),
  );
}

/** The module as JavaScript, its imports of the guest's own modules leading to the files above. */
async function readModule(path: string): Promise<string> {
  const response = await fetch(new URL(`../${path}`, import.meta.url));
  const js = stripTypeScriptTypes(await response.text());
  return js.replaceAll(/from "\.[^"]*\/([^"/]+)\.ts"/g, 'from "./$1.js"');
}

const IMPORT = /^import \{([^}]*)\} from "\.\/(\w+\.js)";$/gm;

/** Puts modules one behind the other; what stands in another file is imported once for all. */
function joinModules(texts: readonly string[]): string {
  if (texts.length === 1) return texts[0]!;
  const imported = new Map<string, Set<string>>();
  const bodies = texts.map((text, at) => {
    const body = text.replaceAll(IMPORT, (_statement, names: string, file: string) => {
      if (!(file in FILES)) return "";
      const known = imported.get(file) ?? new Set();
      imported.set(file, known.union(new Set(names.split(",").map((name) => name.trim()))));
      return "";
    });
    // What the last one exports is what the file does.
    if (at === texts.length - 1) return body;
    return body.replaceAll(/^export (?=async function|function|class|const)/gm, "");
  });
  const imports = [...imported].map(([file, names]) =>
    `import { ${[...names].filter(Boolean).join(", ")} } from "./${file}";`
  );
  return [...imports, ...bodies].join("\n");
}
