import type { NearestNames, ToolName } from "./tool_finder_types.ts";
import { readTerms, splitWords } from "./split_words.ts";

const MAX_NAME_LENGTH = 100;
const MAX_TERMS = 12;
/** Below this likeness a name is no suggestion. */
const LEAST_LIKENESS = 0.45;
/** Names that are compared letter by letter. */
const MAX_CANDIDATES = 64;
/** Letters are counted by the last bits of their codes; a later comparison tells them apart. */
const COUNTED_CODES = 64;
const PATH_PARTS = /^(?:\.{0,2}\/)*(?:servers\/)?|\.ts$/g;

/** Known names taken apart once, to be compared with unknown ones. */
export interface KnownNames {
  readonly servers: readonly { readonly name: string; readonly parts: Name }[];
  readonly tools: readonly { readonly name: ToolName; readonly parts: Name }[];
}

/** Takes the known names apart, once for many comparisons. */
export function describeNames(servers: Iterable<string>, tools: Iterable<ToolName>): KnownNames {
  return {
    servers: Array.from(servers, (name) => ({ name, parts: describe(name) })),
    tools: Array.from(tools, (name) => ({ name, parts: describe(name.tool) })),
  };
}

/**
 * The names nearest to an unknown one, at most `limit` servers and tools, by letters and by words.
 * The name may be a server, a tool, both (`crm/list_leads`, `crm.listLeads`) or the path of an
 * import.
 */
export function nearestNames(name: string, known: KnownNames, limit: number): NearestNames {
  const { server, tool } = splitName(name, known.servers);
  const wanted = describe(tool);
  const wantedServer = server === undefined ? undefined : describe(server);
  const servers = suggestions(wantedServer ?? wanted, known.servers);
  const byServer = new Map(
    wantedServer && servers.map(({ name, likeness }) => [name, likeness] as const),
  );
  const tools = suggestions(wanted, known.tools).map(({ name, likeness }) => ({
    name,
    likeness: likeness + 0.3 * (byServer.get(name.server) ?? 0),
  }));
  return { servers: best(servers, limit), tools: best(tools, limit) };
}

interface Suggestion<T> {
  readonly name: T;
  readonly likeness: number;
}

/** The names that are similar enough, among those with the most letters in common. */
function suggestions<T>(
  wanted: Name,
  known: readonly { readonly name: T; readonly parts: Name }[],
): Suggestion<T>[] {
  const candidates = known
    .map(({ name, parts }) => ({ name, parts, most: likeness(wanted, parts, mostLikeLetters) }))
    .filter(({ most }) => most >= LEAST_LIKENESS).sort((a, b) => b.most - a.most);
  return candidates.slice(0, MAX_CANDIDATES)
    .map(({ name, parts }) => ({ name, likeness: likeness(wanted, parts, likeLetters) }))
    .filter((found) => found.likeness >= LEAST_LIKENESS);
}

function best<T>(found: readonly Suggestion<T>[], limit: number): T[] {
  const keyOf = ({ name }: Suggestion<T>) => JSON.stringify(name);
  return found
    .toSorted((a, b) => b.likeness - a.likeness || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, limit).map(({ name }) => name);
}

function splitName(
  name: string,
  servers: KnownNames["servers"],
): { server: string | undefined; tool: string } {
  const plain = name.slice(0, MAX_NAME_LENGTH).replace(PATH_PARTS, "");
  const at = plain.search(/[/.:]/);
  if (at > 0 && at < plain.length - 1) {
    return { server: plain.slice(0, at), tool: plain.slice(at + 1) };
  }
  const owner = servers.find(({ name }) => plain.startsWith(name) && plain.length > name.length);
  return { server: owner?.name, tool: plain };
}

interface Name {
  readonly letters: Letters;
  readonly words: readonly Letters[];
  readonly terms: ReadonlySet<string>;
}

/** Letters and digits in lower case, and their counts by the last bits of their codes. */
interface Letters {
  readonly text: string;
  readonly counts: Uint8Array;
}

function describe(name: string): Name {
  const read = name.slice(0, MAX_NAME_LENGTH);
  return {
    letters: countLetters(read.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")),
    words: splitWords(read, MAX_TERMS).map(countLetters),
    terms: new Set(readTerms(read, MAX_TERMS)),
  };
}

function countLetters(text: string): Letters {
  const counts = new Uint8Array(COUNTED_CODES);
  for (let at = 0; at < text.length; at++) counts[text.charCodeAt(at) % COUNTED_CODES]!++;
  return { text, counts };
}

/** 0 to 1, by letters and by words; a name of one word may also be like one word of the other. */
function likeness(wanted: Name, known: Name, compare: (a: Letters, b: Letters) => number): number {
  let shared = 0;
  for (const term of wanted.terms) if (known.terms.has(term)) shared++;
  const all = wanted.terms.size + known.terms.size - shared;
  const byWords = all === 0 ? 0 : shared / all;
  const byLetters = compare(wanted.letters, known.letters);
  let byPart = 0;
  if (wanted.words.length === 1) {
    for (const word of known.words) byPart = Math.max(byPart, 0.8 * compare(wanted.letters, word));
  }
  return Math.max(0.9 * Math.max(byLetters, byWords) + 0.1 * Math.min(byLetters, byWords), byPart);
}

function likeLetters(a: Letters, b: Letters): number {
  if (mostLikeLetters(a, b) === 0) return 0;
  return 1 - editDistance(a.text, b.text) / Math.max(a.text.length, b.text.length);
}

/** An upper limit of {@linkcode likeLetters}, by the letters without their order. */
function mostLikeLetters(a: Letters, b: Letters): number {
  const longest = Math.max(a.text.length, b.text.length);
  if (longest === 0 || Math.min(a.text.length, b.text.length) / longest < LEAST_LIKENESS) return 0;
  let same = 0;
  for (let code = 0; code < COUNTED_CODES; code++) {
    same += Math.min(a.counts[code]!, b.counts[code]!);
  }
  return same / longest;
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
