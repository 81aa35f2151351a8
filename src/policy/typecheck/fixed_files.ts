import airlockModule from "../../guest/airlock.ts" with { type: "text" };
import workspaceFiles from "../../guest/workspace_files.ts" with { type: "text" };
import workerGlobals from "./worker_globals.txt" with { type: "text" };
import { lenientTypes } from "./lenient_types.ts";
import { programFile, projectFile, ROOTS } from "./program_paths.ts";

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
