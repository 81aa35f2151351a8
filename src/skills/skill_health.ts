import type { CheckedSkill, SkillChecks, SkillUses, UsableSkill } from "./skill.ts";
import { join } from "@std/path";
import { openDatabase } from "../storage/database.ts";
import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import type { SkillAccess } from "./skill_access.ts";
import { sha256 } from "../text/sha256.ts";

/** Tells whether skills still fit the tools and skills that they use. */
export class SkillHealth {
  readonly #access: SkillAccess;
  readonly #checks: SkillChecks;
  readonly #notes: () => SkillNotes;

  constructor(access: SkillAccess, checks: SkillChecks, notes: () => SkillNotes) {
    this.#access = access;
    this.#checks = checks;
    this.#notes = notes;
  }

  /** Hash of the tools and skills that a skill uses; undefined where a tool is not available. */
  async hashOfUsed(
    { tools, skills }: Pick<CheckedSkill, "tools" | "skills">,
    caller: string,
  ): Promise<string | undefined> {
    const promises = await this.#checks.promisesOf(tools);
    if (promises === undefined || skills.length === 0) return promises;
    const texts = skills.map(async (reference) => await this.#read(reference, caller) ?? null);
    return sha256(JSON.stringify([promises, ...await Promise.all(texts)]));
  }

  /** Checks a skill again whose tools or skills have changed, and returns the first fault. */
  async brokenOf({ record: { name }, version }: UsableSkill, caller: string) {
    if (version === 0) return undefined;
    const { record, text } = await this.#access.versionOf(name, version);
    if (record.tools.length + record.skills.length === 0) return undefined;
    const now = await this.hashOfUsed(record, caller);
    if (now === undefined || now === record.toolsHash) return undefined;
    const known = this.#notes().checked(record.hash, now);
    const found = known ?? await this.#diagnose(text, caller);
    if (known === undefined) this.#notes().noteCheck(record.hash, now, found);
    return found === "" ? undefined : found;
  }

  async #diagnose(text: string, caller: string): Promise<string> {
    // Imported skills are checked by themselves: they may import each other.
    const skills: Skills = {
      read: (reference) => this.#read(reference, caller),
      names: async () => (await this.#access.visible(caller)).map(({ record: { name } }) => name),
    };
    try {
      await this.#checks.check({ code: text, owner: caller }, skills);
      return "";
    } catch (error) {
      // An error that a retry may mend is not about the skill.
      if (error instanceof AirlockError && !error.retry) return error.message;
      throw error;
    }
  }

  async #read(reference: string, caller: string): Promise<string | undefined> {
    const usable = await this.#access.usable(reference, caller);
    return usable && await this.#access.textOf(usable);
  }
}

/** Counts of uses, results of checks, and the key of the seals. */
export interface SkillNotes extends Disposable {
  /** The key of the seals of saved skills. */
  readonly key: Uint8Array;
  used(name: string, version: number, outcome: "succeeded" | "failed"): void;
  usesOf(name: string, version: number): SkillUses;
  /** The fault that a check found, empty for none; undefined without a check. */
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

/** Opens the notes in the folder of Airlock's state, or in memory without one. */
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
