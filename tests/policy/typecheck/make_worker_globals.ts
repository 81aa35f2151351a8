/**
 * Makes `src/policy/typecheck/worker_globals.txt`: the declarations of what a worker's globals are, taken from
 * those of the Deno that runs this. To be run again when `drop_globals.ts` or Deno changes:
 * `deno run -A tests/policy/typecheck/make_worker_globals.ts`
 */
import { KEPT_DENO, KEPT_GLOBALS } from "../../../src/guest/kept_globals.ts";
import { PURE_NODE_MODULES } from "../../../src/program/import_target.ts";

const OUTPUT = new URL("../../../src/policy/typecheck/worker_globals.txt", import.meta.url);

/** Ours, or declared nowhere. */
const OWN = `\
declare var self: typeof globalThis;
declare var Buffer: any;
declare function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function clearTimeout(id?: any): void;
declare function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): any;
declare function clearInterval(id?: any): void;
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): any;
declare function clearImmediate(id: any): void;
interface ErrorConstructor {
  captureStackTrace(targetObject: object, constructorOpt?: Function): void;
  stackTraceLimit: number;
}
`;

/** What a worker has not, and is named only beside what it has: not worth declaring. */
const STAND_INS = [
  "Window",
  "Request",
  "Response",
  "RequestInit",
  "MessagePort",
  "Worker",
  "Location",
];

const START =
  /^(?:export )?(?:declare )?(?:abstract )?(var|const|let|function|class|interface|type|enum|namespace) (\w+)/;

interface Declaration {
  readonly name: string;
  readonly keyword: string;
  readonly text: string;
}

if (import.meta.main) await Deno.writeTextFile(OUTPUT, await workerGlobals());

/** The text of the file. */
export async function workerGlobals(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["types"] }).output();
  const all = declarations(withoutComments(new TextDecoder().decode(stdout)));
  const deno = all.filter(({ keyword, name }) => keyword === "namespace" && name === "Deno")
    .flatMap(({ text }) => declarations(outdent(text)));
  const globals = all.filter(({ keyword }) => keyword !== "namespace");
  const roots = [...KEPT_GLOBALS, "console", "Console"].filter((name) => name !== "self");
  const isKept = new Set<string>([...KEPT_GLOBALS, "console"]);

  const denoNames = closure(KEPT_DENO, deno);
  const denoText = print(deno, { names: denoNames, isValueKept: (name) => isIn(KEPT_DENO, name) });
  const globalNames = closure([...roots, ...identifiers(denoText)], globals);
  const globalText = print(globals, {
    names: globalNames,
    isValueKept: (name) => isKept.has(name),
  });
  const modules = [...PURE_NODE_MODULES].flatMap((name) =>
    [`node:${name}`, name].map((specifier) => `declare module "${specifier}";\n`)
  );
  return `// From the declarations of Deno, made by tests/policy/typecheck/make_worker_globals.ts\n` +
    OWN + STAND_INS.map((name) => `type ${name} = unknown;\n`).join("") + modules.join("") +
    `declare namespace Deno {\n${denoText}const args: readonly string[];\n` +
    `function exit(code?: number): never;\n}\n${globalText}`;
}

function isIn(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*[\s\S]*?\*\/\s*\n/gm, "").replace(/^\s*\/\/.*\n/gm, "")
    .replace(/^\s*export \{\};.*\n/gm, "");
}

/** The declarations of a text; each begins in the first column. */
function declarations(text: string): Declaration[] {
  const found: { name: string; keyword: string; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const [, keyword, name] = START.exec(line) ?? [];
    if (keyword !== undefined) found.push({ name: name!, keyword, lines: [line] });
    else if (/^(export \{|\/\/\/|import )/.test(line)) {
      found.push({ name: "", keyword: "", lines: [] });
    } else if (line.trim() !== "") found.at(-1)?.lines.push(line);
  }
  return found.filter(({ name }) => name !== "").map(({ name, keyword, lines }) => ({
    name,
    keyword,
    text: lines.join("\n") + "\n",
  }));
}

/** What stands in a namespace, its first and last line left out. */
function outdent(text: string): string {
  return text.split("\n").slice(1, -2).map((line) => line.replace(/^ {2}/, "")).join("\n");
}

function identifiers(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_$][\w$]*/g));
}

/** All names that the given ones lead to. */
function closure(roots: Iterable<string>, all: readonly Declaration[]): Set<string> {
  const names = new Set<string>();
  const waiting = [...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = all.filter((declaration) => declaration.name === name);
    if (STAND_INS.includes(name)) continue;
    if (found.length === 0 || names.has(name)) continue;
    names.add(name);
    for (const { text } of found) waiting.push(...identifiers(text));
  }
  return names;
}

/** A type that is needed stays; a value only where the worker has it. */
function print(
  all: readonly Declaration[],
  { names, isValueKept }: { names: Set<string>; isValueKept: (name: string) => boolean },
): string {
  return all.flatMap(({ name, keyword, text }) => {
    if (!names.has(name)) return [];
    if (["interface", "type", "enum"].includes(keyword) || isValueKept(name)) {
      return [text.replace(/^export /, "")];
    }
    return keyword === "class" ? [asInterface(text)] : [];
  }).join("");
}

function asInterface(text: string): string {
  const lines = text.replace(/^(?:export )?(?:declare )?(?:abstract )?class/, "interface")
    .replace(/ implements [^{]*\{/, " {").split("\n");
  return lines.filter((line) => !/^\s*(private )?(static|constructor)\b/.test(line)).join("\n");
}
