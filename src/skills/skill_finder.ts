import { createToolIndex, type ToolIndex } from "../discovery/tool_index.ts";
import type { SkillRecord, UsableSkill } from "./skill.ts";
import type { SkillAccess } from "./skill_access.ts";

/** Options of {@linkcode SkillFinder.search}. */
export interface FindSkillsOptions {
  /** Absent for nobody in particular, who finds all. */
  readonly caller?: string;
  /** At most so many. Default: 10. */
  readonly limit?: number;
}

const MAX_LIMIT = 100;
const MAX_NEAREST = 3;
/** Of so many callers what they may find is kept ready. */
const MAX_CALLERS = 16;

/** Finds skills by what they do, as tools are found. */
export class SkillFinder {
  readonly #stock: SkillAccess;
  /** What each caller may find, so that what others have makes no place for it. */
  readonly #indexes = new Map<string | undefined, ToolIndex>();

  constructor(stock: SkillAccess) {
    this.#stock = stock;
    stock.onChange(() => this.#indexes.clear());
  }

  /** The best first; where nothing fits well, only the nearest. */
  async search(
    query: string,
    { caller, limit = 10 }: FindSkillsOptions,
  ): Promise<{ skills: UsableSkill[]; noGoodMatch: boolean }> {
    await this.#stock.refresh();
    const found = this.#indexOf(caller).search(query, { limit: Math.min(limit, MAX_LIMIT) });
    const skills = found.hits.flatMap(({ tool }) => this.#stock.known(tool.name, caller) ?? []);
    if (found.noGoodMatch) return { skills: skills.slice(0, MAX_NEAREST), noGoodMatch: true };
    return { skills, noGoodMatch: skills.length === 0 };
  }

  /** Does now what the first search of a caller would wait for. */
  async prepare(caller: string): Promise<void> {
    await this.#stock.refresh();
    if (this.#stock.allKnown(caller).length > 0) this.#indexOf(caller).search("anything");
  }

  #indexOf(caller: string | undefined): ToolIndex {
    const known = this.#indexes.get(caller);
    if (known !== undefined) return known;
    if (this.#indexes.size >= MAX_CALLERS) this.#indexes.clear();
    const records = this.#stock.allKnown(caller).map(({ record }) => record);
    const index = indexOf(records);
    this.#indexes.set(caller, index);
    return index;
  }
}

function indexOf(records: readonly SkillRecord[]): ToolIndex {
  const index = createToolIndex();
  const found = records.filter(({ trust }) => trust !== "deprecated");
  const entries = found.map(({ name, description }) => ({
    tool: { name, description, inputSchema: { type: "object" as const } },
    import: `./skills/${name}`,
  }));
  index.setServer("skills", entries);
  return index;
}
