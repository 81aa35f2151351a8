import airlockModule from "../../guest/airlock.ts" with { type: "text" };
import workspaceFiles from "../../guest/workspace_files.ts" with { type: "text" };
import workerGlobals from "./worker_globals.txt" with { type: "text" };
import { withoutObserved } from "../../codegen/observed/observed_type.ts";

/**
 * Strict where a mistake shows only in that way; what this finds beyond mistakes is left out later,
 * see `leniencies.ts`.
 */
const COMPILER_OPTIONS = {
  target: "esnext",
  module: "preserve",
  moduleResolution: "bundler",
  moduleDetection: "force",
  allowImportingTsExtensions: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  noEmit: true,
  noLib: true,
  skipLibCheck: true,
  strict: true,
  strictPropertyInitialization: false,
  useUnknownInCatchVariables: false,
  types: [],
  paths: { "servers/*": ["./servers/*"], "skills/*": ["./skills/*"], airlock: ["./airlock.ts"] },
};

/** The files of a compiler that are the same for every program. */
export function fixedFiles(library: readonly string[]): Map<string, string> {
  const airlock = lenientTypes(airlockModule, "promised")
    .replace('export { AirlockError, McpToolError } from "./errors.ts";', ERRORS)
    .replace('from "./workspace_files.ts"', 'from "./airlock_files.ts"');
  const declared = [workerGlobals, ...library];
  const files = new Map(declared.map((text, at) => [`/lib${at}.d.ts`, text]));
  const libraryFiles = [...files.keys()];
  for (const reading of ["observed", "promised"] as const) {
    const project = {
      compilerOptions: COMPILER_OPTIONS,
      files: [...libraryFiles, programFile(reading)],
    };
    files.set(projectFile(reading), JSON.stringify(project));
    files.set(`${ROOTS[reading]}airlock.ts`, airlock);
    files.set(`${ROOTS[reading]}airlock_files.ts`, lenientTypes(workspaceFiles, "promised"));
  }
  return files;
}

const ERRORS = `
export declare class McpToolError extends Error {}
export declare class AirlockError extends Error { readonly code: string; }
`;

/**
 * A wrapper as the compiler sees it. What no schema tells is `unknown` to a reader of the wrapper; a
 * program that uses it all the same is right more often than not, and so it may. A tool that names no
 * arguments may take some.
 */
export function lenientTypes(wrapper: string, reading: Reading): string {
  const text = reading === "observed" ? wrapper : withoutObserved(wrapper, "any");
  return text.replace(CLIENT, "").replace(WORDS, (word) => LENIENT.get(word) ?? word);
}

/** What a wrapper calls its server with: nothing that its types are made of. */
const CLIENT = /^import \{ callMCPTool \} from "\.\.\/client\.ts";$/m;

const LENIENT: ReadonlyMap<string, string> = new Map([
  ["unknown", "any"],
  ["Record<string, never>", "Record<string, any>"],
]);

/** Texts and comments are passed over; a key may be called so too. */
const WORDS =
  /"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*|\bunknown\b(?!\??:)|Record<string, never>/g;

/**
 * How the compiler sees what servers were observed to answer: as it was seen, or as anything. What
 * only the first of them finds fault with is no fault of the program.
 */
export type Reading = "observed" | "promised";

/** The file of the program in a reading. */
export const programFile = (reading: Reading): string => `${ROOTS[reading]}program.ts`;

/** The project of a reading. */
export const projectFile = (reading: Reading): string => `${ROOTS[reading]}tsconfig.json`;

/** The folder of a reading. */
export const ROOTS: Readonly<Record<Reading, string>> = { observed: "/", promised: "/promised/" };

/** The nearest one is looked for, up from each file; with one in each folder that is soon done. */
export const PACKAGE = /^\/(promised\/)?((servers|skills)\/[^/]+\/)?package\.json$/;

/** What a path that a program can import stands for. */
type Place =
  | { readonly kind: "wrapper"; readonly folder: string; readonly file: string }
  | { readonly kind: "index"; readonly folder: string }
  | { readonly kind: "skill"; readonly name: string }
  | { readonly kind: "skill_index"; readonly name: string; readonly from: string };

const PATH = /^\/(?:promised\/)?(servers|skills)\/([^/]+?)(?:\/([^/]+?))?\.ts$/;

/** What a path stands for; undefined where a program can import no such thing. */
export function placeOf(path: string): Place | undefined {
  const [, root, name, file] = PATH.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (root === "servers") {
    if (file === undefined) return undefined;
    return file === "index"
      ? { kind: "index", folder: name }
      : { kind: "wrapper", folder: name, file };
  }
  if (file === "skill") return { kind: "skill", name };
  if (file === undefined) return { kind: "skill_index", name, from: `./${name}/skill.ts` };
  return file === "index" ? { kind: "skill_index", name, from: "./skill.ts" } : undefined;
}

/** The reading that a path is of. */
export function readingOf(path: string): Reading {
  return path.startsWith(ROOTS.promised) ? "promised" : "observed";
}

/** Folders are not looked into: which files are in them is asked of each. */
export function isFolder(path: string): boolean {
  return /^\/?(promised\/?)?((servers|skills)(\/[^/]+)?\/?)?$/.test(path);
}
