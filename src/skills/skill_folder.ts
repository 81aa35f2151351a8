import { join } from "@std/path";
import { SKILL_FOLDER } from "./skill.ts";
import { treeId } from "./tree_id.ts";

/** A skill as it stands in the folder of skills, whoever put it there. */
export interface SkillInFolder {
  /** The text of its module; absent where there is none. */
  readonly code?: string;
  /** The text of its `SKILL.md`; absent where there is none. */
  readonly document?: string;
  /** The id that git would give it, were these all of its files. */
  readonly tree: string;
}

const FILES = { document: "SKILL.md", code: "skill.ts" } as const;

/** The names of what may be skills in a folder. */
export function namesInFolder(dir: string): string[] {
  try {
    return [...Deno.readDirSync(dir)]
      .filter(({ name, isDirectory }) => isDirectory && SKILL_FOLDER.test(name))
      .map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** When the files of a skill were written, in whatever form: another, where one was written since. */
export function writtenAt(dir: string, name: string): string {
  const times = Object.values(FILES).map((file) => statPlain(join(dir, name, file))?.mtime);
  return times.map((time) => time?.getTime() ?? "none").join(" ");
}

/** Reads a skill at once: to wait for each of thousands of small files takes five times as long. */
export function readInFolder(dir: string, name: string): SkillInFolder {
  const document = readPlain(join(dir, name, FILES.document));
  const code = readPlain(join(dir, name, FILES.code));
  const decoder = new TextDecoder();
  return {
    ...(document && { document: decoder.decode(document) }),
    ...(code && { code: decoder.decode(code) }),
    tree: treeId({
      ...(document && { [FILES.document]: document }),
      ...(code && { [FILES.code]: code }),
    }),
  };
}

function readPlain(path: string): Uint8Array | undefined {
  const { size = Infinity } = statPlain(path) ?? {};
  return size <= MAX_BYTES ? Deno.readFileSync(path) : undefined;
}

/** A link of either kind could lead to any file of the host. */
function statPlain(path: string): Deno.FileInfo | undefined {
  try {
    const stat = Deno.lstatSync(path);
    return stat.isFile && (stat.nlink ?? 1) <= 1 ? stat : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

/** A saved skill is smaller: so much has no module that may be saved. */
const MAX_BYTES = 1_000_000;
