import type { FindSkillsOptions, UsableSkill } from "./skill.ts";
import { createToolIndex, type ToolIndex } from "../discovery/tool_index.ts";
import type { SkillAccess } from "./skill_access.ts";

const MAX_LIMIT = 100;
const MAX_NEAREST = 3;
/** Callers whose index is kept. */
const MAX_CALLERS = 16;

/** Finds skills by what they do, as tools are found. */
export class SkillFinder {
  readonly #access: SkillAccess;
  /** By caller: skills of others do not change its ranking. */
  readonly #indexes = new Map<string | undefined, ToolIndex>();

  constructor(access: SkillAccess) {
    this.#access = access;
    access.onChange(() => this.#indexes.clear());
  }

  /** Returns the best first; without a good match, only the nearest. */
  async search(
    query: string,
    { caller, limit = 10 }: FindSkillsOptions,
  ): Promise<{ skills: UsableSkill[]; noGoodMatch: boolean }> {
    await this.#access.refresh();
    const found = this.#indexOf(caller).search(query, { limit: Math.min(limit, MAX_LIMIT) });
    const skills = found.hits.flatMap(({ tool }) => this.#access.known(tool.name, caller) ?? []);
    if (found.noGoodMatch) return { skills: skills.slice(0, MAX_NEAREST), noGoodMatch: true };
    return { skills, noGoodMatch: skills.length === 0 };
  }

  /** Builds the index of a caller before its first search. */
  async prepare(caller: string): Promise<void> {
    await this.#access.refresh();
    if (this.#access.allKnown(caller).length > 0) this.#indexOf(caller).search("anything");
  }

  #indexOf(caller: string | undefined): ToolIndex {
    const known = this.#indexes.get(caller);
    if (known !== undefined) return known;
    if (this.#indexes.size >= MAX_CALLERS) this.#indexes.clear();
    const records = this.#access.allKnown(caller).map(({ record }) => record);
    const entries = records.filter(({ trust }) => trust !== "deprecated")
      .map(({ name, description }) => ({
        tool: { name, description, inputSchema: { type: "object" as const } },
        import: `./skills/${name}`,
      }));
    const index = createToolIndex();
    index.setServer("skills", entries);
    this.#indexes.set(caller, index);
    return index;
  }
}
