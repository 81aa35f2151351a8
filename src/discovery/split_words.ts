import tables from "./data/words.json" with { type: "json" };
import { stemWord } from "./stem_word.ts";

/** Words of grammar, courtesy and requests in general, which tell no tool from another. */
export const STOP_WORDS: ReadonlySet<string> = new Set(tables.stop.join(" ").split(" "));

/** A run of letters and digits; an apostrophe inside a word belongs to it. */
const RUN = /[\p{L}\p{M}\p{N}]+(?:['’]\p{L}+)*/gu;
const ASCII_RUN = /[A-Za-z0-9]+(?:'[A-Za-z]+)*/g;
// deno-lint-ignore no-control-regex
const ASCII = /^[\x00-\x7f]*$/;
/** Scripts that are written without spaces; they are read as pairs of characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
const CAMEL = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const MAX_WORD_LENGTH = 40;
const MAX_RUN_LENGTH = 200;
/** A text is read up to this many characters for each word asked for. */
const MAX_CHARACTERS_PER_WORD = 60;

/**
 * The words of a name or a text in lower case, at most `limit`: split at camelCase, snake_case,
 * dots and every other mark, digits apart, scripts without spaces as overlapping pairs. A word with
 * inner capitals or digits also comes whole (`GitHub`: `git`, `hub`, `github`).
 *
 * @example
 * ```ts
 * import { splitWords } from "./split_words.ts";
 *
 * console.assert(splitWords("listOpenIssues_v2", 10).includes("issues"));
 * ```
 */
export function splitWords(text: string, limit: number): string[] {
  return splitRuns(text, limit).flatMap(splitRun).slice(0, limit);
}

/** The runs of letters and digits of a text, as they stand, at most `limit`. */
export function splitRuns(text: string, limit: number): string[] {
  const read = text.slice(0, limit * MAX_CHARACTERS_PER_WORD);
  const runs = ASCII.test(read) ? read.match(ASCII_RUN) : read.normalize("NFKC").match(RUN);
  return (runs ?? []).slice(0, limit);
}

/** The words of one run. */
function splitRun(run: string): string[] {
  const words: string[] = [];
  if (run.length > MAX_RUN_LENGTH) return splitRun(run.slice(0, MAX_RUN_LENGTH));
  if (/^[A-Z]?[a-z]+$/.test(run)) {
    addWord(words, run);
    return words;
  }
  let rest = 0;
  for (const found of run.matchAll(UNSPACED)) {
    addSpaced(words, run.slice(rest, found.index));
    addPairs(words, found[0]);
    rest = found.index + found[0].length;
  }
  addSpaced(words, run.slice(rest));
  return words;
}

function addSpaced(words: string[], run: string): void {
  const letters = run.replace(/['’]s$/, "").replace(/['’]/g, "");
  const plain = letters.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC");
  if (plain === "") return;
  const parts = plain.split(CAMEL).flatMap((part) => part.match(/\p{N}+|[^\p{N}]+/gu) ?? []);
  if (parts.length > 1) {
    for (const part of parts) if (part.length > 1) addWord(words, part);
  }
  if (parts.length <= 3) addWord(words, plain);
}

function addPairs(words: string[], run: string): void {
  const characters = [...run];
  if (characters.length === 1) return addWord(words, run);
  for (let i = 0; i + 1 < characters.length; i++) words.push(characters[i]! + characters[i + 1]!);
}

function addWord(words: string[], word: string): void {
  if (word.length <= MAX_WORD_LENGTH) words.push(word.toLowerCase());
}

/** Entries of each cache below: catalogues repeat most of their words. */
const MAX_CACHED = 50_000;
const stems = new Map<string, string>();
const termsOfRuns = new Map<string, readonly string[]>();

/** The terms that search compares: words without the stop words, stemmed, at most `limit`. */
export function readTerms(text: string, limit: number): string[] {
  const terms: string[] = [];
  for (const run of splitRuns(text, limit)) {
    if (terms.length >= limit) break;
    for (const term of termsOf(run)) terms.push(term);
  }
  return terms.length > limit ? terms.slice(0, limit) : terms;
}

/** The term of one word in lower case; the same string each time, so that catalogues share them. */
export function toTerm(word: string): string {
  return cached(stems, word, stemWord);
}

/** The terms of one run of letters and digits. */
export function termsOf(run: string): readonly string[] {
  const make = () => splitRun(run).filter((word) => !STOP_WORDS.has(word)).map(toTerm);
  return cached(termsOfRuns, run, make);
}

function cached<T>(cache: Map<string, T>, key: string, make: (key: string) => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MAX_CACHED) cache.clear();
  const made = make(key);
  cache.set(key, made);
  return made;
}
