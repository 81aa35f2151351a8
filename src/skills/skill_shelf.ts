import { join } from "@std/path";
import { describedIn, readSkillDocument } from "./skill_document.ts";
import { SKILL_FOLDER, type SkillRecord } from "./skill.ts";

/** The records of a folder of skills, as its files say. */
export interface SkillShelf {
  /** Brings what is known up to date; gives whether anything was new. */
  refresh(head: string | undefined): Promise<boolean>;
  /** Reads one again. */
  reread(name: string, head: string | undefined): Promise<SkillRecord | undefined>;
  readonly records: ReadonlyMap<string, SkillRecord>;
  /** The text of a skill as it stands in its file. */
  readFile(name: string): Promise<string | undefined>;
}

/** So many folders are read at once. */
const AT_ONCE = 64;

/** Makes the shelf of a folder, empty until it is refreshed. */
export function createSkillShelf(dir: string): SkillShelf {
  const records = new Map<string, SkillRecord>();
  let known = "";

  async function refresh(head: string | undefined): Promise<boolean> {
    const state = await stateOf(head);
    if (state === known) return false;
    const names = await folders();
    records.clear();
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const found = await Promise.all(names.slice(at, at + AT_ONCE).map(readRecord));
      for (const record of found) if (record !== undefined) records.set(record.name, record);
    }
    known = state;
    return true;
  }

  /** Of the history, and of the folder itself: a skill put there by hand changes only that. */
  async function stateOf(head: string | undefined): Promise<string> {
    const { mtime } = await Deno.stat(dir).catch(() => ({ mtime: null }));
    return `${head} ${mtime?.getTime()}`;
  }

  async function folders(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(dir)).catch(() => []);
    return entries.filter(({ name, isDirectory }) => isDirectory && SKILL_FOLDER.test(name))
      .map(({ name }) => name).sort();
  }

  async function readRecord(name: string): Promise<SkillRecord | undefined> {
    const document = await readPlain(join(dir, name, "SKILL.md"));
    const record = document === undefined ? undefined : readSkillDocument(document);
    if (record?.name === name) return record;
    // What a person put there by hand is that person's to trust; what runs is read when it is used.
    const stat = await Deno.lstat(join(dir, name, "skill.ts")).catch(() => undefined);
    return stat?.isFile ? handMade(name, document) : undefined;
  }

  return {
    records,
    refresh,
    async reread(name, head) {
      const record = await readRecord(name);
      if (record !== undefined) records.set(name, record);
      else records.delete(name);
      known = await stateOf(head);
      return record;
    },
    readFile: (name) => readPlain(join(dir, name, "skill.ts")),
  };
}

function handMade(name: string, document = ""): SkillRecord {
  return {
    name,
    description: describedIn(document).slice(0, 1_024),
    owner: "owner",
    version: 0,
    trust: "approved",
    approved: [],
    scope: { kind: "all" },
    tools: [],
    toolsHash: "",
    risk: "unknown",
    hash: "",
    examples: [],
  };
}

/** A link could lead to any file of the host. */
async function readPlain(path: string): Promise<string | undefined> {
  try {
    const stat = await Deno.lstat(path);
    return stat.isFile ? await Deno.readTextFile(path) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
