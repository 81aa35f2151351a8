/** What is searched of a tool. */
export interface SearchableTool {
  readonly server: string;
  readonly name: string;
  readonly description: string;
}

const NAME_WEIGHT = 3;
const SERVER_WEIGHT = 1;
const DESCRIPTION_WEIGHT = 1;

/** The tools that share words with the query, the best first. */
export function searchTools<T extends SearchableTool>(query: string, tools: readonly T[]): T[] {
  const words = new Set(wordsOf(query));
  const scored = tools.map((tool) => ({ tool, score: scoreOf(tool, words) }));
  return scored.filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ tool }) => tool);
}

function scoreOf({ server, name, description }: SearchableTool, words: Set<string>): number {
  return NAME_WEIGHT * shared(name, words) + SERVER_WEIGHT * shared(server, words) +
    DESCRIPTION_WEIGHT * shared(description, words);
}

function shared(text: string, words: Set<string>): number {
  return words.intersection(new Set(wordsOf(text))).size;
}

/** Lower-case words; a name is split where its case changes. */
function wordsOf(text: string): string[] {
  const split = text.slice(0, 10_000).replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
  return split.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
