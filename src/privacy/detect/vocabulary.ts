import words from "./vocabulary.json" with { type: "json" };
import { WordIndex } from "./word_index.ts";

/** What a word near a candidate speaks for; the bits of {@linkcode vocabulary}. */
export const ABOUT = {
  card: 1 << 0,
  phone: 1 << 1,
  ssn: 1 << 2,
  bank: 1 << 3,
  passport: 1 << 4,
  licence: 1 << 5,
  nationalId: 1 << 6,
  medical: 1 << 7,
  birth: 1 << 8,
  zip: 1 << 9,
  secret: 1 << 10,
  login: 1 << 11,
  version: 1 << 12,
  /** A number of a thing, not of a person: order, invoice, row, build… */
  reference: 1 << 13,
  honorific: 1 << 14,
  role: 1 << 15,
  speech: 1 << 16,
  greeting: 1 << 17,
  street: 1 << 18,
  organisation: 1 << 19,
  particle: 1 << 20,
  calendar: 1 << 21,
  kin: 1 << 22,
  place: 1 << 23,
  /** The small words of a language: no name, however it is written. */
  filler: 1 << 24,
  /** A word that a name follows: "my name is …", "named …". */
  introduction: 1 << 25,
  /** A word that a phone number often follows, and a count as well. */
  calling: 1 << 26,
} as const;

const WORDS: Readonly<Record<keyof typeof ABOUT, string>> = words;

let index: WordIndex | undefined;

/** The words of all contexts, each with the bits of what it speaks for, made on first use. */
export function vocabulary(): WordIndex {
  if (index !== undefined) return index;
  index = new WordIndex(2_048);
  for (const [context, words] of Object.entries(WORDS)) {
    const bit = ABOUT[context as keyof typeof ABOUT];
    for (const word of words.split(" ")) index.add(word, bit);
  }
  return index;
}
