import { splitRun, splitRuns } from "./split_words.ts";
import { stemWord } from "./stem_word.ts";
import { STOP_WORDS } from "./stop_words.ts";

/** Catalogues repeat themselves: most of their words are looked up here, not taken apart again. */
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
  return cached(
    termsOfRuns,
    run,
    () => splitRun(run).filter((word) => !STOP_WORDS.has(word)).map(toTerm),
  );
}

function cached<T>(cache: Map<string, T>, key: string, make: (key: string) => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MAX_CACHED) cache.clear();
  const made = make(key);
  cache.set(key, made);
  return made;
}
