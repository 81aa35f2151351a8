import { CHARACTER, CLASSES, isDigitAt, LOWER_CASES } from "./characters.ts";
import { hintEndings, keyHints } from "./key_hint.ts";
import type { KeyHint } from "./key_phrases.ts";
import { keyWords } from "./key_words.ts";
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
