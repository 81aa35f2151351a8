import { createToolIndex, type ToolIndex } from "../discovery/tool_index.ts";
import type { SkillRecord } from "./skill.ts";
import type { SkillStock } from "./skill_stock.ts";
import type { UsableSkill } from "./usable_skill.ts";

/** Options of {@linkcode SkillFinder.search}. */
export interface FindSkillsOptions {
  /** Absent for nobody in particular, who finds all. */
  readonly caller?: string;
  /** At most so many. Default: 10. */
  readonly limit?: number;
}

const MAX_PAGES = 5;
const PAGE = 100;
const MAX_NEAREST = 3;

/** Finds skills by what they do, as tools are found. */
export class SkillFinder {
  readonly #stock: SkillStock;
  #index: ToolIndex | undefined;

  constructor(stock: SkillStock) {
    this.#stock = stock;
    stock.onChange(() => void (this.#index = undefined));
  }

  /** The best first; where nothing fits well, only the nearest. */
  async search(
    query: string,
    { caller, limit = 10 }: FindSkillsOptions,
  ): Promise<{ skills: UsableSkill[]; noGoodMatch: boolean }> {
    await this.#stock.refresh();
    const index = this.#index ??= indexOf(this.#stock.records());
    const skills: UsableSkill[] = [];
    for (let page = 0; page < MAX_PAGES && skills.length < limit; page++) {
      const found = index.search(query, { limit: PAGE, offset: page * PAGE });
      const usable = found.hits.flatMap(({ tool }) => this.#stock.known(tool.name, caller) ?? []);
      skills.push(...usable.slice(0, limit - skills.length));
      if (found.noGoodMatch) return { skills: skills.slice(0, MAX_NEAREST), noGoodMatch: true };
      if (found.further === 0) break;
    }
    return { skills, noGoodMatch: skills.length === 0 };
  }
}

function indexOf(records: Iterable<SkillRecord>): ToolIndex {
  const index = createToolIndex();
  const found = Iterator.from(records).filter(({ trust }) => trust !== "deprecated");
  const entries = found.map(({ name, description }) => ({
    tool: { name, description, inputSchema: { type: "object" as const } },
    import: `./skills/${name}`,
  }));
  index.setServer("skills", entries.toArray());
  return index;
}
