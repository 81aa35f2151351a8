import { createRequire } from "node:module";
import process from "node:process";
import { dirname, join } from "@std/path";
import { version } from "typescript";

/** The native TypeScript compiler of this machine. */
export interface Compiler {
  readonly version: string;
  /** The program, an absolute path. */
  readonly path: string;
  /** What the language itself declares: the texts of a few files. */
  readonly library: readonly string[];
}

/** There is no compiler for this machine, or it is not where it should be. */
export interface NoCompiler {
  readonly version: string;
  /** What is missing and how to get it, in one line. */
  readonly reason: string;
}

/** The newest edition of the language that the compiler knows, without any host's objects. */
const EDITION = "esnext";

/**
 * Finds the compiler that npm's package `typescript` brings for this platform, wherever it is
 * installed: in Deno's cache or in a folder of modules.
 */
export async function findCompiler(): Promise<Compiler | NoCompiler> {
  const name = `@typescript/typescript-${process.platform}-${process.arch}`;
  try {
    // The name of npm, not that of our import map, which an installed library has not.
    const require = createRequire(import.meta.resolve(`npm:typescript@${version}/package.json`));
    const folder = join(dirname(require.resolve(`${name}/package.json`)), "lib");
    const path = join(folder, process.platform === "win32" ? "tsc.exe" : "tsc");
    const [library] = await Promise.all([readLibrary(folder), Deno.stat(path)]);
    return { version, path, library };
  } catch {
    return {
      version,
      reason: `npm's package ${name}@${version} is not installed: programs run without a type ` +
        `check. "deno cache npm:${name}@${version}" gets it, where there is one for this platform`,
    };
  }
}

/**
 * All files of the edition as one: the compiler then has one file to look at, not ninety. Those that
 * are modules stay alone, because one `export` makes a module of all that is around it.
 */
async function readLibrary(folder: string): Promise<string[]> {
  const scripts: string[] = [];
  const modules: string[] = [];
  const seen = new Set<string>();
  const add = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = await Deno.readTextFile(join(folder, `lib.${name}.d.ts`));
    for (const [, other] of text.matchAll(REFERENCE)) await add(other!);
    (/^export\b/m.test(text) ? modules : scripts).push(text.replace(/^\/\/\/.*$/gm, ""));
  };
  await add(EDITION);
  return [scripts.join("\n"), ...modules];
}

const REFERENCE = /^\/\/\/ <reference lib="([\w.]+)"/gm;
