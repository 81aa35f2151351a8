import { basename } from "@std/path";
import { walkFiles } from "../repo/walk_files.ts";
import type { Mutant } from "./mutants.ts";

/** Returns the files of a tree whose text holds a mutant's, once for each time. */
export function placesOf({ text }: Mutant, texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([file, content]) => Array(content.split(text).length - 1).fill(file));
}

/** Reads the TypeScript files below a folder. */
export async function readTexts(dir: string): Promise<Map<string, string>> {
  const files = (await walkFiles(dir)).filter((file) => file.endsWith(".ts"));
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  return new Map(files.map((file, at) => [file, texts[at]!]));
}

/** Returns the test files of a mutant, by the names of all; a name that is nowhere is left out. */
export function testsOf({ tests }: Mutant, files: Iterable<string>): string[] {
  const byName = Map.groupBy(files, (file) => basename(file));
  return tests.flatMap((test) => byName.get(test) ?? []);
}

/** Reads the promises of SECURITY.md: the first cell of each row of its tables. */
export function promisesOf(security: string): string[] {
  const rows = [...security.matchAll(/^\| (.+?) *\|.*\|$/gm)].map(([, cell]) => cell!);
  return rows.filter((cell) => cell !== "promise" && !cell.startsWith("---"));
}
