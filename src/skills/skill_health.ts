import { AirlockError } from "../model/errors.ts";
import type { Skills } from "../program/wrappers.ts";
import { hashOf } from "./hash_of.ts";
import type { SkillChecks } from "./skill_checks.ts";
import type { SkillNotes } from "./skill_notes.ts";
import type { SkillAccess } from "./skill_access.ts";
import type { UsableSkill } from "./usable_skill.ts";

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
    return hashOf(JSON.stringify([promises, ...texts]));
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
