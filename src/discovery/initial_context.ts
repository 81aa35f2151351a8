import { countModelTokens } from "../text/count_model_tokens.ts";
import tables from "./data/words.json" with { type: "json" };
import { getLexicon } from "./lexicon.ts";
import { splitWords, STOP_WORDS, toTerm } from "./split_words.ts";

/** A connected server, as far as its introduction needs it. */
interface ServerOverview {
  readonly server: string;
  readonly tools: readonly { readonly name: string; readonly description?: string }[];
}

const DEFAULT_GUIDE =
  "Find tools with search_tools, see their types with read_tools, call them in a program with run_program.";
const MAX_SUBJECTS = 8;
const MAX_SKILLS = 12;
const SKILLS_SHARE = 5;
/** Worth of a word that the tables do not know: it may be a name or a slip. */
const UNKNOWN_WORD_WORTH = 0.5;
const MAX_NAME_LENGTH = 40;
const MAX_TOOLS_READ = 300;
/** Words that requests are full of and that hardly tell one tool from another. */
const WEAK = new Set(tables.weak.join(" ").split(" ").map(toTerm));

/**
 * The text that tells a model what is connected: every server with its number of tools and a few
 * words of what they work on, the same number of words for each (fair share), fewer words the more
 * servers there are; servers that do not fit are counted. The same servers give the same text. The
 * guide (how tools are found and called) is never left out; names of skills take at most a fifth.
 *
 * @example
 * ```ts
 * import { initialContext } from "./initial_context.ts";
 *
 * const text = initialContext([{ server: "crm", tools: [{ name: "list_leads" }] }]);
 * console.assert(text.includes("crm (1)"));
 * ```
 */
export function initialContext(
  servers: readonly ServerOverview[],
  options: {
    readonly maxModelTokens?: number;
    readonly guide?: string;
    readonly skills?: readonly string[];
  } = {},
): string {
  const { maxModelTokens = 300, skills = [] } = options;
  const tail = tellSkills(skills, maxModelTokens / SKILLS_SHARE);
  const guide = [...tail, options.guide ?? DEFAULT_GUIDE].join("\n");
  const ordered = servers.toSorted((a, b) => a.server < b.server ? -1 : 1);
  const subjects = subjectsOfServers(ordered);
  const toolCount = ordered.reduce((sum, { tools }) => sum + tools.length, 0);
  const head = `${plural(ordered.length, "server")} connected, ${plural(toolCount, "tool")}:`;
  const fits = (lines: string[]) =>
    countModelTokens([head, ...lines, guide].join("\n")) <= maxModelTokens;
  for (let words = MAX_SUBJECTS; words >= 0; words--) {
    const lines = [describeServers(ordered, subjects.map((all) => all.slice(0, words)))];
    if (!fits(lines)) continue;
    return [head, ...fillUp(lines, { ordered, subjects, words, fits }), guide].join("\n");
  }
  return [head, ...nameSome(ordered, fits), guide].join("\n");
}

/** A line with as many skills' names as fit and the number of the others; none without skills. */
function tellSkills(skills: readonly string[], maxModelTokens: number): string[] {
  for (let count = Math.min(skills.length, MAX_SKILLS); count > 0; count--) {
    const more = skills.length > count ? ` and ${skills.length - count} more` : "";
    const names = skills.slice(0, count).map(printable).join(", ");
    const line = `Import ./skills/<name> of ${names}${more}; search_skills finds them.`;
    if (countModelTokens(line) <= maxModelTokens) return [line];
  }
  return [];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `crm (12): leads, deals; drive (4): files`. */
function describeServers(
  servers: readonly ServerOverview[],
  subjects: readonly (readonly string[])[],
): string {
  return servers.map(({ server, tools }, at) => {
    const name = `${printable(server)} (${tools.length})`;
    return subjects[at]!.length === 0 ? name : `${name}: ${subjects[at]!.join(", ")}`;
  }).join("; ");
}

/** One more word for as many servers as fit: those with a name that tells no subject, then large ones. */
function fillUp(lines: string[], { ordered, subjects, words, fits }: {
  readonly ordered: readonly ServerOverview[];
  readonly subjects: readonly (readonly string[])[];
  readonly words: number;
  readonly fits: (lines: string[]) => boolean;
}): string[] {
  const bySize = ordered.map((_, at) => at)
    .sort((a, b) => ordered[b]!.tools.length - ordered[a]!.tools.length || a - b)
    .sort((a, b) => Number(tellsSubject(ordered[a]!)) - Number(tellsSubject(ordered[b]!)));
  const counts = ordered.map(() => words);
  let filled = lines;
  for (const at of bySize) {
    counts[at] = words + 1;
    const tried = [describeServers(ordered, subjects.map((all, i) => all.slice(0, counts[i])))];
    if (!fits(tried)) return filled;
    filled = tried;
  }
  return filled;
}

function tellsSubject({ server }: ServerOverview): boolean {
  return splitWords(server, 20).some((word) => getLexicon().subjects(toTerm(word)).length > 0);
}

/** As many names as fit, servers with the most tools first, and the number of the others. */
function nameSome(
  servers: readonly ServerOverview[],
  fits: (lines: string[]) => boolean,
): string[] {
  const bySize = servers.toSorted((a, b) => b.tools.length - a.tools.length);
  const nothing = bySize.map(() => []);
  let named = 0;
  let reach = bySize.length;
  while (named < reach) {
    const middle = Math.ceil((named + reach) / 2);
    if (fits(lineOf(middle))) named = middle;
    else reach = middle - 1;
  }
  return named === 0 ? [] : lineOf(named);

  function lineOf(count: number): string[] {
    const line = describeServers(bySize.slice(0, count), nothing);
    return [count < bySize.length ? `${line}; and ${bySize.length - count} more` : line];
  }
}

/** For each server the words of its tools' names that set it apart, most telling first. */
function subjectsOfServers(servers: readonly ServerOverview[]): string[][] {
  const counted = servers.map(countNouns);
  const spread = new Map<string, number>();
  for (const nouns of counted) {
    for (const term of nouns.keys()) spread.set(term, (spread.get(term) ?? 0) + 1);
  }
  return counted.map((nouns) =>
    [...nouns].map(([term, { count, word }]) => ({
      word,
      worth: count * Math.log(1 + servers.length / spread.get(term)!) *
        (getLexicon().subjects(term).length > 0 ? 1 : UNKNOWN_WORD_WORTH),
    })).sort((a, b) => b.worth - a.worth || (a.word < b.word ? -1 : 1))
      .slice(0, MAX_SUBJECTS + 1).map(({ word }) => word)
  );
}

function countNouns(
  { server, tools }: ServerOverview,
): Map<string, { count: number; word: string }> {
  const lexicon = getLexicon();
  const ownName = new Set(splitWords(server, 20).map(toTerm));
  const nouns = new Map<string, { count: number; word: string }>();
  for (const { name } of tools.slice(0, MAX_TOOLS_READ)) {
    for (const word of new Set(splitWords(name, 20))) {
      const term = toTerm(word);
      if (STOP_WORDS.has(word) || word.length < 3 || /\p{N}/u.test(word)) continue;
      if (ownName.has(term) || WEAK.has(term) || lexicon.isAct(term)) continue;
      const known = nouns.get(term);
      nouns.set(term, { count: (known?.count ?? 0) + 1, word: known?.word ?? word });
    }
  }
  return nouns;
}

/** A server's name comes from a configuration; nothing in it may start a line or a new sentence. */
function printable(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.@/ -]+/gu, "_").slice(0, MAX_NAME_LENGTH);
}
