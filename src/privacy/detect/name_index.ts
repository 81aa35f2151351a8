import names from "./names.json" with { type: "json" };
import { WordIndex } from "./word_index.ts";

/** What a word can be in a name; the bits of {@linkcode nameIndex}. */
export const NAME = {
  first: 1,
  last: 2,
  /** A word of everyday English, which may be a name too. */
  common: 4,
  /** A country, a city, a people. */
  place: 8,
} as const;

/** How many bits {@linkcode NAME} takes. */
export const NAME_BITS = 4;

let index: WordIndex | undefined;

/** First names, last names, common words and places, read on first use. */
export function nameIndex(): WordIndex {
  if (index !== undefined) return index;
  index = new WordIndex(100_000);
  for (const list of ["first", "last", "common", "places"] as const) {
    const bit = list === "places" ? NAME.place : NAME[list];
    for (const word of readFrontCoded(names[list])) index.add(word, bit);
  }
  return index;
}

/**
 * Reads the words of a line, each written as the number of letters that it shares with the one before,
 * as a digit of base 36, and the rest: half the size of the plain list.
 */
function* readFrontCoded(line: string): Generator<string> {
  let previous = "";
  for (const part of line.split(" ")) {
    previous = previous.slice(0, parseInt(part[0]!, 36)) + part.slice(1);
    yield previous;
  }
}
