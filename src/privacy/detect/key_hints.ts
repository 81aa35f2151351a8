import { CHARACTER, CLASSES, isDigitAt, LOWER_CASES } from "./characters.ts";
import keyTables from "./key_words.json" with { type: "json" };
import type { KeyHint } from "./scan.ts";
import { addToHash, EMPTY_HASH, WordIndex } from "./word_index.ts";

const MAX_KEYS = 10_000;
const LONGEST_KEY = 100;
const LONGEST_TAIL = 2;
/** Has a letter, and none whose capital is more than a letter. */
const PLAIN = /^[\x20-\x7e]*[a-z][\x20-\x7e]*$/i;
const NO_HINTS: readonly KeyHint[] = [];

/** Remembers what keys hint at: a table has a million values and ten keys. */
export class HintCache {
  readonly #own: readonly (readonly [words: string, kind: string])[];
  readonly #endings = new WordIndex(1_000);
  readonly #hasOwnDigits: boolean;
  readonly #hints = new Map<string, readonly KeyHint[]>();

  /**
   * @param own words that end a key, and the kind that they name: the operator's own, which come
   * before those that are built in
   */
  constructor(own: readonly (readonly [words: string, kind: string])[] = []) {
    this.#own = own.map(([words, kind]) => [keyWords(words).join(" "), kind] as const);
    for (const word of hintEndings()) this.#endings.add(word, 1);
    for (const [words] of own) {
      this.#endings.add(words.split(/[^\p{L}]+/u).at(-1)!, 1);
      this.#endings.add(keyWords(words).at(-1) ?? "", 1);
    }
    this.#hasOwnDigits = own.some(([words]) => /\d/.test(words));
  }

  /** Whether the key that ends at a place of a text can hint at anything, by its last word. */
  canEndAt(text: string, end: number): boolean {
    const [start, last] = lastWord(text, end);
    // "…41c:" ends a hash: a letter or two behind a digit are no word.
    if (last - start <= LONGEST_TAIL && isDigitAt(text, start - 1)) return false;
    return this.#isEnding(text, start, last);
  }

  #isEnding(text: string, start: number, end: number): boolean {
    let hash = EMPTY_HASH;
    for (let place = start; place < end; place++) {
      hash = addToHash(hash, LOWER_CASES[text.charCodeAt(place)]!);
    }
    return this.#endings.bitsAt(text, start, end, hash) > 0;
  }

  /** The hints of a key, best first. */
  get(key: string, parent = ""): readonly KeyHint[] {
    if (!this.#mayHint(key)) return NO_HINTS;
    const name = parent === "" ? key : `${parent}\0${key}`;
    const known = this.#hints.get(name);
    if (known !== undefined) return known;
    if (this.#hints.size >= MAX_KEYS) this.#hints.clear();
    const hints = this.#read(key, parent.slice(0, LONGEST_KEY));
    this.#hints.set(name, hints);
    return hints;
  }

  /** Of a million names nearly none can: those are neither read nor remembered. */
  #mayHint(key: string): boolean {
    if (key.length > LONGEST_KEY) return false;
    if (this.#hasOwnDigits || !PLAIN.test(key)) return true;
    const [start, last] = lastWord(key, key.length);
    return isDigitAt(key, start - 1) || this.#isEnding(key, start, last);
  }

  #read(key: string, parent: string): readonly KeyHint[] {
    if (this.#own.length === 0) return keyHints(key, parent);
    const words = ` ${keyWords(key).join(" ")}`;
    const own = this.#own.find(([ending]) => words.endsWith(` ${ending}`));
    return own === undefined ? keyHints(key, parent) : [{ kind: own[1], certainty: "named" }];
  }
}

/** Where the last word of what ends at a place begins, and where it ends. */
function lastWord(text: string, end: number): [start: number, end: number] {
  let last = end;
  while (last > 0 && !(CLASSES[text.charCodeAt(last - 1)]! & CHARACTER.letter)) last--;
  let start = last;
  while (start > 0 && end - start < LONGEST_KEY) {
    const bits = CLASSES[text.charCodeAt(start - 1)]!;
    if (!(bits & CHARACTER.letter)) break;
    start--;
    // `userEmail`, `SSNNumber`: a capital with a small letter beside it begins the word.
    if (
      bits & CHARACTER.upper &&
      (isSmallAt(text, start - 1) || (start + 1 < last && isSmallAt(text, start + 1)))
    ) break;
  }
  return [start, last];
}

function isSmallAt(text: string, place: number): boolean {
  const bits = CLASSES[text.charCodeAt(place)] ?? 0;
  return (bits & CHARACTER.letter) !== 0 && !(bits & (CHARACTER.upper | CHARACTER.uncased));
}

/** Words at the end of a key that say nothing about what the value is. */
const NEUTRAL_ENDS = new Set(keyTables.neutralEnds.split(" "));

/** Owners whose `name` is a thing's: a product's, a file's, a company's. */
const THING_PARENTS = new Set(keyTables.thingParents.split(" "));
const ORG_PARENTS = new Set(keyTables.orgParents.split(" "));
/** Owners that are people. */
const PERSON_PARENTS = new Set(keyTables.personParents.split(" "));

/** Tokens of paging and of language models are no secrets. */
const HARMLESS_BEFORE = new Set(keyTables.harmlessBefore.split(" "));
/** First words of keys that ask or count. */
const QUESTIONS = new Set(keyTables.questions.split(" "));
/** Kinds whose values are words: the id of one is no such value. */
const SPOKEN = new Set(["PERSON", "ORG", "LOCATION", "ADDRESS", "SECRET"]);

/** Phrases that end a key, each with what it says of a value; the longest phrase that fits decides. */
const KEY_PHRASES = new Map<string, readonly KeyHint[]>();
for (const [kind, certainty, phrases] of keyTables.phrases as PhraseRow[]) {
  for (const phrase of phrases.split("|")) {
    KEY_PHRASES.set(phrase, [...KEY_PHRASES.get(phrase) ?? [], { kind, certainty }]);
  }
}

type PhraseRow = [kind: string, certainty: KeyHint["certainty"], phrases: string];

const LONGEST_PHRASE = 5;

/**
 * What a key says about its value, best first.
 *
 * @param key of the value
 * @param parent the key of the object that holds it, if any
 */
function keyHints(key: string, parent = ""): readonly KeyHint[] {
  const words = keyWords(key);
  // `isCompany`, `has_email`, `num_users`: a question or a count.
  if (words.length > 1 && QUESTIONS.has(words[0]!)) return [];
  const parentWords = keyWords(parent);
  if (words.join(" ") === "name") return nameHints(parentWords);
  const own = phraseHints(words);
  if (own.length > 0) return own;
  // `emailAddresses[].value`, `phones.home`: the key is neutral and the parent names the kind.
  return words.every(isNeutral) ? phraseHints(parentWords) : [];
}

/** Every word that can end a key that hints at something. */
function hintEndings(): Set<string> {
  const ofPhrases = [...KEY_PHRASES.keys()].map((phrase) => phrase.split(" ").at(-1)!);
  return new Set(["name", ...ofPhrases, ...NEUTRAL_ENDS, ...SHORT_WORDS]);
}

function nameHints(parentWords: readonly string[]): readonly KeyHint[] {
  const owner = singular(parentWords.at(-1) ?? "");
  if (ORG_PARENTS.has(owner)) return [{ kind: "ORG", certainty: "named" }];
  if (PERSON_PARENTS.has(owner)) return [{ kind: "PERSON", certainty: "named" }];
  return THING_PARENTS.has(owner) ? [] : [{ kind: "PERSON", certainty: "likely" }];
}

function phraseHints(words: readonly string[]): readonly KeyHint[] {
  for (let end = words.length; end > 0; end--) {
    for (let length = Math.min(LONGEST_PHRASE, end); length > 0; length--) {
      const hints = KEY_PHRASES.get(words.slice(end - length, end).join(" "));
      if (hints === undefined) continue;
      const isHarmless = HARMLESS_BEFORE.has(words[end - length - 1] ?? "");
      const isNumbered = words.slice(end).includes("id");
      return hints.filter(({ kind }) =>
        !(kind === "SECRET" && isHarmless) && !(isNumbered && SPOKEN.has(kind))
      );
    }
    if (!isNeutral(words[end - 1]!)) return [];
  }
  return [];
}

function isNeutral(word: string): boolean {
  return NEUTRAL_ENDS.has(word) || /^\d+$/.test(word);
}

function singular(word: string): string {
  if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

/** Short forms of the names of columns, with the words that each stands for. */
const LONG_FORMS: ReadonlyMap<string, readonly string[]> = new Map(
  (keyTables.shortForms as [words: string, forms: string][]).flatMap(([words, forms]) =>
    forms.split(" ").map((form) => [form, words.split(" ")] as const)
  ),
);

/** Every short form. */
const SHORT_WORDS: readonly string[] = [...LONG_FORMS.keys()];

/** Splits a key into lower-case words: `cust_nm`, `MothersMaiden`, `emailAddresses[].value`. */
export function keyWords(key: string): string[] {
  return key
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2")
    .replace(/(\p{L})(\d+)$/u, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .flatMap((word) => LONG_FORMS.get(word) ?? [word])
    .filter((word) => word !== "");
}
