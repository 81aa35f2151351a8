import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { replaceFile } from "../storage/atomic_file.ts";
import { safeLiteral } from "./types/safe_text.ts";

/** The text of a file, undefined where there is none; a link or a folder in its place is refused. */
export async function readPlainFile(path: string): Promise<string | undefined> {
  const info = await lstat(path);
  if (!info) return undefined;
  if (!info.isFile) throw refused(path, "it is no plain file");
  return await Deno.readTextFile(path);
}

/** The names in a folder; none where there is no folder. A link in its place is refused. */
export async function readPlainFolder(path: string): Promise<Deno.DirEntry[]> {
  const info = await lstat(path);
  if (!info) return [];
  if (!info.isDirectory) throw refused(path, "it is no plain folder");
  return (await Array.fromAsync(Deno.readDir(path))).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The names of the generated files that are directly in a folder. */
export async function generatedFilesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const { name, isFile } of await readPlainFolder(folder)) {
    if (!isFile || !name.endsWith(".ts")) continue;
    if (hasBanner(await Deno.readTextFile(join(folder, name)))) names.push(name);
  }
  return names;
}

/** Writes a file as a whole or not at all, never through a link. */
export async function writePlainFile(path: string, text: string): Promise<void> {
  await replaceFile(path, text, { mode: 0o666 });
}

/** The error for a path that is in the way of wrappers. */
export function refused(path: string, state: string): AirlockError {
  return new AirlockError("USAGE", `Cannot write wrappers: ${path}: ${state}`, {
    hint: "Move it elsewhere, or generate into another folder",
  });
}

async function lstat(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Beginning of the first line of each generated file. */
const MARK = "// @generated airlock ";

const MAX_SOURCE_CHARS = 200;
/** Names that need no quotes: other names could read as more than a name. */
const PLAIN = /^[\w.-]{1,64}$/;

/** Changes whenever the same catalogue would give other wrappers; in every banner and lock entry. */
export const GENERATOR_VERSION = "1";

/** The first line of a generated file; `from` is the server and the tool, neither for `client.ts`. */
export function banner(generator: string, ...from: readonly string[]): string {
  const source = from
    .map((name) => PLAIN.test(name) ? name : safeLiteral(name.slice(0, MAX_SOURCE_CHARS)))
    .join("/");
  return `${MARK}${generator}${source === "" ? "" : `: ${source}`}\n`;
}

/** Whether a file was generated, by any version. */
export function hasBanner(text: string): boolean {
  return text.startsWith(MARK);
}
