import { join } from "@std/path";
import { stripTypeScriptTypes } from "node:module";

/**
 * The files that a worker gets, and the modules that each is made of, dependencies first. One file
 * loads faster than six; what programs import too stays a module of its own.
 */
const FILES: Readonly<Record<string, readonly string[]>> = {
  "airlock.js": ["guest/airlock.ts"],
  "client.js": ["codegen/client.ts"],
  "errors.js": ["guest/errors.ts"],
  "load_module.js": ["guest/load_module.ts"],
  "program_thread.js": [
    ...["guest/primordials.ts", "model/protocol.ts", "model/frames.ts", "guest/harden_runtime.ts"],
    ...guestModules("replace_timers", "guard_files", "run_clock", "secure_bits", "replace_entropy"),
    ...guestModules("host_calls", "run_program", "kept_globals", "drop_globals", "program_thread"),
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
    ...["model/protocol.ts", "model/frames.ts", "process/frame_writer.ts", "guest/stub.ts"],
  ],
};

function guestModules(...names: string[]): string[] {
  return names.map((name) => `guest/${name}.ts`);
}

/** Returns the modules of what a program gets where it imports a module of Node's. */
function nodeModules(...names: string[]): string[] {
  return ["coded_error", ...names].map((name) => `guest/node/${name}.ts`);
}

/** Writes the guest's files as JavaScript into the new folder `dir`, also where Airlock is remote. */
export async function writeGuestFiles(dir: string): Promise<void> {
  await Deno.mkdir(dir);
  await Promise.all(
    Object.entries(FILES).map(async ([file, modules]) => {
      const texts = await Promise.all(modules.map(readModule));
      await Deno.writeTextFile(join(dir, file), joinModules(texts));
    }),
  );
}

async function readModule(path: string): Promise<string> {
  const response = await fetch(new URL(`../${path}`, import.meta.url));
  const js = stripTypeScriptTypes(await response.text());
  return js.replaceAll(/from "\.[^"]*\/([^"/]+)\.ts"/g, 'from "./$1.js"');
}

const IMPORT = /^import \{([^}]*)\} from "\.\/(\w+\.js)";$/gm;

/** Joins modules in order; what is in another file is imported once for all. */
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
    // The exports of the last module are those of the file.
    if (at === texts.length - 1) return body;
    return body.replaceAll(/^export (?=async function|function|class|const)/gm, "");
  });
  const imports = [...imported].map(([file, names]) =>
    `import { ${[...names].filter(Boolean).join(", ")} } from "./${file}";`
  );
  return [...imports, ...bodies].join("\n");
}
