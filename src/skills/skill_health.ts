import { join } from "@std/path";
import { openDatabase } from "../storage/database.ts";
import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import type { SkillChecks, UsableSkill } from "./skill.ts";
import type { SkillAccess } from "./skill_access.ts";
import { sha256 } from "../text/sha256.ts";

/** Options of {@linkcode SkillHealth}. */
export interface SkillHealthOptions {
  readonly stock: SkillAccess;
  readonly checks: SkillChecks;
  notes(): SkillNotes;
}

/** Tells whether skills still fit what they use: tools promise other things, skills become others. */
export class SkillHealth {
  readonly #options: SkillHealthOptions;

  constructor(options: SkillHealthOptions) {
    this.#options = options;
  }

  /** What a skill relies on, as a hash; undefined where a tool of it is out of reach. */
  async footingOf(
    { tools, skills }: { readonly tools: readonly string[]; readonly skills: readonly string[] },
    caller: string,
  ): Promise<string | undefined> {
    const { checks, stock } = this.#options;
    const promises = await checks.promisesOf(tools);
    if (promises === undefined || skills.length === 0) return promises;
    const texts = await Promise.all(skills.map(async (reference) => {
      const usable = await stock.usable(reference, caller);
      return usable === undefined ? null : await stock.textOf(usable) ?? null;
    }));
    return sha256(JSON.stringify([promises, ...texts]));
  }

  /** Looks again where it relies on something else by now: what is wrong, if anything is. */
  async brokenOf({ record: { name }, version }: UsableSkill, caller: string) {
    if (version === 0) return undefined;
    const { stock, notes } = this.#options;
    const { record, text } = await stock.versionOf(name, version);
    if (record.tools.length + record.skills.length === 0) return undefined;
    const now = await this.footingOf(record, caller);
    if (now === undefined || now === record.toolsHash) return undefined;
    const known = notes().checked(record.hash, now);
    if (known !== undefined) return known === "" ? undefined : known;
    const found = await this.#diagnose(text, caller);
    notes().noteCheck(record.hash, now, found);
    return found === "" ? undefined : found;
  }

  async #diagnose(text: string, caller: string): Promise<string> {
    const { checks, stock } = this.#options;
    // Whether those that it imports fit is asked of each of them: they may import each other.
    const skills: Skills = {
      async read(reference) {
        const usable = await stock.usable(reference, caller);
        return usable && await stock.textOf(usable);
      },
      names: async () => (await stock.visible(caller)).map(({ record: { name } }) => name),
    };
    try {
      await checks.check({ code: text, owner: caller }, skills);
      return "";
    } catch (error) {
      // That nobody could look says nothing of the skill.
      if (error instanceof AirlockError && !error.retry) return error.message;
      throw error;
    }
  }
}

/** How runs ended that used a version of a skill. */
export interface SkillUses {
  /** Runs that completed. */
  readonly succeeded: number;
  /** Runs that did not. */
  readonly failed: number;
}

/** What is counted of skills, and what was found of them when tools had changed. */
export interface SkillNotes extends Disposable {
  /** What saved skills are sealed with; made with the notes. */
  readonly key: Uint8Array;
  used(name: string, version: number, outcome: "succeeded" | "failed"): void;
  usesOf(name: string, version: number): SkillUses;
  /** What a check found: an empty text where all was well; undefined where there was none. */
  checked(hash: string, toolsHash: string): string | undefined;
  noteCheck(hash: string, toolsHash: string, diagnostic: string): void;
}

const KEY_BYTES = 32;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS uses (
  name TEXT NOT NULL, version INTEGER NOT NULL,
  succeeded INTEGER NOT NULL, failed INTEGER NOT NULL, PRIMARY KEY (name, version)
) STRICT;
CREATE TABLE IF NOT EXISTS seal (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS checks (
  hash TEXT NOT NULL, tools_hash TEXT NOT NULL, diagnostic TEXT NOT NULL,
  PRIMARY KEY (hash, tools_hash)
) STRICT;
`;

/**
 * Opens the notes in the folder of Airlock's own state, which is made where it is missing; without
 * one they end with the process.
 */
export function openSkillNotes(state: string | undefined): SkillNotes {
  const path = state && join(state, "skills.sqlite");
  const database = openDatabase(path, { name: "skills", schema: SCHEMA });
  const newKey = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  database.prepare("INSERT OR IGNORE INTO seal VALUES (1, ?)").run(newKey);
  const { key } = database.prepare("SELECT key FROM seal").get() as { key: Uint8Array };
  const count = database.prepare(
    `INSERT INTO uses VALUES (?, ?, ?, ?) ON CONFLICT (name, version)
     DO UPDATE SET succeeded = succeeded + excluded.succeeded, failed = failed + excluded.failed`,
  );
  const find = database.prepare(
    "SELECT succeeded, failed FROM uses WHERE name = ? AND version = ?",
  );
  const check = database.prepare(
    "SELECT diagnostic FROM checks WHERE hash = ? AND tools_hash = ?",
  );
  const note = database.prepare("INSERT OR REPLACE INTO checks VALUES (?, ?, ?)");
  return {
    key,
    used(name, version, outcome) {
      const succeeded = outcome === "succeeded" ? 1 : 0;
      count.run(name, version, succeeded, 1 - succeeded);
    },
    usesOf: (name, version) => ({
      ...(find.get(name, version) as unknown as SkillUses ?? { succeeded: 0, failed: 0 }),
    }),
    checked: (hash, toolsHash) => check.get(hash, toolsHash)?.["diagnostic"] as string | undefined,
    noteCheck: (hash, toolsHash, diagnostic) => void note.run(hash, toolsHash, diagnostic),
    [Symbol.dispose]: () => database.close(),
  };
}
