import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "@std/path";
import { walkFiles } from "./walk_files.ts";

/** Beside those of config/: files that everything may import, and that import only each other. */
const LEAVES = new Set([
  "config.ts",
  "errors.ts",
  "mcp/tool.ts",
  "metrics/logger.ts",
  "metrics/trace_parent.ts",
  "privacy/kinds.ts",
  "privacy/privacy_settings.ts",
  "privacy/settings.ts",
  "privacy/token.ts",
  "policy/permission.ts",
  "policy/risk.ts",
  "policy/shown/visible_text.ts",
  "policy/shown/visible_word.ts",
  "result/count_model_tokens.ts",
  "result/run_result.ts",
  "result/split_for_counting.ts",
  "result/terminal_json.ts",
  "rpc/capability.ts",
  "rpc/frame_writer.ts",
  "rpc/frames.ts",
  "rpc/json_scanner.ts",
  "rpc/protocol.ts",
  "runtime/caller.ts",
  "work/host_turns.ts",
  "work/in_slices.ts",
  "work/parse_json.ts",
  "work/read_cpu_ms.ts",
  "work/recent_use.ts",
  "work/write_json.ts",
]);

function isLeaf(file: string): boolean {
  return LEAVES.has(file) || file.startsWith("config/");
}

/** Which folders of src a folder may import from, beside itself and the leaves. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  ".": [
    "cli",
    "gateway",
    "runtime",
    "skills",
    "program",
    "sandbox",
    "rpc",
    "mcp",
    "result",
    "codegen",
  ]
    .concat([
      "cache",
      "discovery",
      "privacy",
      "workspace",
      "process",
      "metrics",
      "policy",
      "audit",
      "store",
      "sessions",
      "work",
    ]),
  runtime: ["skills", "program", "sandbox", "rpc", "mcp", "result", "codegen", "cache", "discovery"]
    .concat([
      "privacy",
      "workspace",
      "process",
      "metrics",
      "policy",
      "audit",
      "store",
      "sessions",
      "work",
    ]),
  cli: [
    ".",
    "audit",
    "codegen",
    "mcp",
    "policy",
    "privacy",
    "result",
    "runtime",
    "sandbox",
    "sessions",
    "skills",
    "store",
    "workspace",
  ],
  gateway: [".", "runtime", "result", "discovery", "metrics", "policy", "privacy"]
    .concat(["sessions", "skills", "store"]),
  skills: ["discovery", "mcp", "program"],
  program: ["codegen", "discovery", "process"],
  // The type checker is given the text of what the guest offers.
  policy: ["codegen", "guest", "mcp", "process", "program", "result", "rpc", "store"],
  sandbox: ["rpc", "result", "process"],
  guest: [],
  rpc: ["audit", "codegen", "mcp", "privacy", "result", "store"],
  mcp: ["codegen", "process"],
  result: ["mcp", "privacy", "program", "workspace"],
  codegen: [],
  discovery: ["codegen"],
  metrics: ["result"],
  sessions: ["process", "workspace"],
  workspace: [],
  store: [],
  privacy: ["store"],
  audit: ["codegen", "privacy", "result", "store"],
  process: [],
  cache: ["codegen"],
  work: ["policy", "privacy", "process", "program"],
  std: [],
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const src = new URL("../../src/", import.meta.url).pathname;

/** Of a static import or a re-export, whatever it is an import `with`. */
const SPECIFIER = /^(?:import|export)\s(?:[^;"']*?\sfrom\s)?"(\.[^"]+)"(?:\s+with\s+\{[^}]*\})?;/gm;

async function readImports(): Promise<Import[]> {
  const files = (await walkFiles(src)).filter((file) => file.endsWith(".ts"));
  const imports = await Promise.all(files.map(async (file) => {
    const text = await Deno.readTextFile(file);
    const specifiers = text.matchAll(SPECIFIER);
    return [...specifiers].map(([, specifier]) => ({
      from: relative(src, file),
      to: relative(src, join(dirname(file), specifier!)),
    }));
  }));
  // The manifest beside src is everybody's.
  return imports.flat().filter(({ to }) => !to.startsWith(".."));
}

Deno.test("an import is seen in every form that src has", () => {
  const forms = [
    'import "./a.ts";',
    'import { a } from "./a.ts";',
    'import type { a } from "./a.ts";',
    'import a, {\n  b,\n} from "./a.ts";',
    'import * as a from "./a.ts";',
    'export { a } from "./a.ts";',
    'export * from "./a.ts";',
    'import a from "./a.ts" with { type: "text" };',
    'import a from "./a.ts" with {\n  type: "json",\n};',
    'import "./a.ts" with { type: "text" };',
  ];
  for (const form of forms) {
    assertEquals([...form.matchAll(SPECIFIER)].map(([, found]) => found), ["./a.ts"], form);
  }
});

Deno.test("imports of src point one way, as the table says", async () => {
  const imports = await readImports();
  assert(imports.length > 100);
  const wrong = imports.filter(({ from, to }) => {
    if (isLeaf(to)) return false;
    const [own, other] = [dirname(from).split("/")[0]!, dirname(to).split("/")[0]!];
    return own !== other && !ARROWS[own]?.includes(other);
  });
  assertEquals(wrong, []);
});

Deno.test("leaves of src import nothing but leaves", async () => {
  const imports = await readImports();
  const wrong = imports.filter(({ from, to }) => isLeaf(from) && !isLeaf(to));
  assertEquals(wrong, []);
});

Deno.test("the arrows between the folders of src make no circle", () => {
  const done = new Set<string>();
  const visit = (folder: string, path: readonly string[]) => {
    assert(!path.includes(folder), [...path, folder].join(" → "));
    if (done.has(folder)) return;
    // The files beside the folders are where commands begin: they use all, some use them.
    for (const next of ARROWS[folder]!) if (next !== ".") visit(next, [...path, folder]);
    done.add(folder);
  };
  for (const folder of Object.keys(ARROWS)) visit(folder, []);
});

Deno.test("src imports the names of std, not the modules they are bound to", async () => {
  const files = (await walkFiles(src)).filter((file) => !relative(src, file).startsWith("std"));
  for (const file of files.filter((name) => name.endsWith(".ts"))) {
    // Std has nothing that asks a file system what it has left, that reads a pipe without waiting,
    // or that a library could be given.
    const text = (await Deno.readTextFile(file)).replace(
      /^import (\{ statfsSync \}|\{ closeSync, constants, openSync, readSync \}|fs) from "node:fs";$/m,
      "",
    );
    assert(!/from "node:(path|fs|assert)/.test(text), file);
    assert(!/from "[^"]*\/std\//.test(text), file);
  }
});
