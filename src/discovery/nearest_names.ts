import type { ToolName } from "./learned_choices.ts";
import { readTerms } from "./read_terms.ts";
import { splitWords } from "./split_words.ts";

const MAX_NAME_LENGTH = 100;
const MAX_TERMS = 12;
/** Below this likeness a name is no suggestion. */
const LEAST_LIKENESS = 0.45;
const PATH_PARTS = /^(?:\.{0,2}\/)*(?:servers\/)?|\.ts$/g;

/** Names that are like one that does not exist, nearest first. */
export interface NearestNames {
  /** Names of servers. */
  readonly servers: readonly string[];
  /** Names of tools, with their servers. */
  readonly tools: readonly ToolName[];
}

/** What names there are, and how many suggestions are wanted of each kind. */
export interface NearestNamesOptions {
  readonly servers: readonly string[];
  readonly tools: Iterable<ToolName>;
  readonly limit: number;
}

/**
 * The names nearest to an unknown one, by letters and by words. The name may be a server, a tool,
 * both (`crm/list_leads`, `crm.listLeads`) or the path of an import.
 */
export function nearestNames(name: string, options: NearestNamesOptions): NearestNames {
  const { server, tool } = splitName(name, options.servers);
  const wanted = describe(tool);
  const wantedServer = server === undefined ? undefined : describe(server);
  const likenessOfServer = new Map(
    options.servers.map((known) => [known, likeness(wantedServer ?? wanted, describe(known))]),
  );
  const tools = [...options.tools].map((known) => {
    const byTool = likeness(wanted, describe(known.tool));
    const byServer = wantedServer === undefined ? 0 : likenessOfServer.get(known.server) ?? 0;
    return { name: known, likeness: byTool, rank: byTool + 0.3 * byServer };
  });
  const servers = [...likenessOfServer].map(([known, value]) => ({
    name: known,
    likeness: value,
    rank: value,
  }));
  return { servers: best(servers, options.limit), tools: best(tools, options.limit) };
}

interface Suggestion<T> {
  readonly name: T;
  readonly likeness: number;
  readonly rank: number;
}

function best<T>(found: readonly Suggestion<T>[], limit: number): T[] {
  return found.filter((suggestion) => suggestion.likeness >= LEAST_LIKENESS)
    .sort((a, b) => b.rank - a.rank || (JSON.stringify(a.name) < JSON.stringify(b.name) ? -1 : 1))
    .slice(0, limit).map((suggestion) => suggestion.name);
}

function splitName(
  name: string,
  servers: readonly string[],
): { server: string | undefined; tool: string } {
  const plain = name.slice(0, MAX_NAME_LENGTH).replace(PATH_PARTS, "");
  const at = plain.search(/[/.:]/);
  if (at > 0 && at < plain.length - 1) {
    return { server: plain.slice(0, at), tool: plain.slice(at + 1) };
  }
  const owner = servers.find((server) => plain.startsWith(server) && plain.length > server.length);
  return { server: owner, tool: plain };
}

interface Name {
  readonly letters: string;
  readonly words: readonly string[];
  readonly terms: ReadonlySet<string>;
}

function describe(name: string): Name {
  const read = name.slice(0, MAX_NAME_LENGTH);
  return {
    letters: read.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""),
    words: splitWords(read, MAX_TERMS),
    terms: new Set(readTerms(read, MAX_TERMS)),
  };
}

/** 0 to 1, by letters and by words; a name of one word may also be like one word of the other. */
function likeness(wanted: Name, known: Name): number {
  const shared = [...wanted.terms].filter((term) => known.terms.has(term)).length;
  const all = wanted.terms.size + known.terms.size - shared;
  const byWords = all === 0 ? 0 : shared / all;
  const byLetters = likeLetters(wanted.letters, known.letters);
  const byPart = wanted.words.length === 1
    ? 0.8 * Math.max(0, ...known.words.map((word) => likeLetters(wanted.letters, word)))
    : 0;
  return Math.max(0.9 * Math.max(byLetters, byWords) + 0.1 * Math.min(byLetters, byWords), byPart);
}

function likeLetters(a: string, b: string): number {
  const longest = Math.max(a.length, b.length);
  if (longest === 0 || Math.min(a.length, b.length) / longest < LEAST_LIKENESS) return 0;
  return 1 - editDistance(a, b) / longest;
}

/** Letters to insert, delete, replace or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(previous[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, older[j - 2]! + 1);
      }
      row.push(least);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length]!;
}
