import { CHARACTER, CLASSES, isDigitAt, isWordAt, LOWER_CASES } from "./characters.ts";
import { NAME_BITS } from "./name_index.ts";
import { addToHash, EMPTY_HASH, type WordIndex } from "./word_index.ts";

/** The shortest run of letters, digits, `_` and `-` that may be a key. */
const LONG_RUN = 16;

/** Places of one kind, in the order of the text. */
export class Places {
  readonly starts = new IntList();
  readonly ends = new IntList();

  get length(): number {
    return this.starts.length;
  }

  /** Adds one behind the last. */
  push(start: number, end: number): void {
    this.starts.push(start);
    this.ends.push(end);
  }

  clear(): void {
    this.starts.length = this.ends.length = 0;
  }
}

/** Places of words, with what is known about each word. */
class WordPlaces extends Places {
  readonly bits = new IntList();

  /** Adds one behind the last. */
  pushWord(start: number, end: number, bits: number): void {
    this.push(start, end);
    this.bits.push(bits);
  }

  override clear(): void {
    super.clear();
    this.bits.length = 0;
  }
}

/**
 * Reads a text once and keeps the places where something could begin. Everything else is asked
 * only there.
 */
export class Lexer {
  /** Each `@`. */
  readonly ats = new IntList();
  /** Each `:` and `=`. */
  readonly pairs = new IntList();
  /** Runs of digits that are no part of a word. */
  readonly digits = new Places();
  /** Words of the vocabulary, with what they speak for. */
  readonly keywords = new WordPlaces();
  /** Words that begin with a capital or have none, with the bits of both indexes (`NAME_BITS`). */
  readonly capitals = new WordPlaces();
  /** Runs of letters, digits, `_` and `-` long enough for a key. */
  readonly runs = new Places();
  /** Anchors of known values. */
  readonly known = new Places();
  /** Whether a character stands there that begins a token or a variant of one. */
  hasBracket = false;
  /** Whether the text must be folded before it is read. */
  needsFolding = false;
  readonly #vocabulary: WordIndex;
  readonly #names: WordIndex | undefined;
  readonly #known: WordIndex | undefined;
  #text = "";

  constructor({ vocabulary, names, known }: {
    /** Words that decide what a number near them is. */
    readonly vocabulary: WordIndex;
    /** First and last names and common words; without it no capitalised words are kept. */
    readonly names?: WordIndex;
    /** Anchors of values that the session knows. */
    readonly known?: WordIndex;
  }) {
    this.#vocabulary = vocabulary;
    this.#names = names;
    this.#known = known;
  }

  /** Reads a text; what was found in the one before is gone. */
  read(text: string): void {
    this.#clear(text);
    const { letter, digit, foreign, invisible, joiner } = CHARACTER;
    let runStart = -1;
    let index = 0;
    while (index < text.length) {
      const code = text.charCodeAt(index);
      const bits = CLASSES[code]!;
      if (bits & (letter | digit)) {
        if (runStart < 0) runStart = index;
        index = bits & letter ? this.#readWord(index) : this.#readDigits(index);
        continue;
      }
      if (bits & (foreign | invisible)) this.needsFolding = true;
      else if (!(bits & joiner)) {
        if (runStart >= 0) this.#endRun(runStart, index);
        runStart = -1;
        this.#readSign(code, index);
      }
      index++;
    }
    if (runStart >= 0) this.#endRun(runStart, index);
  }

  /** The bits of all vocabulary words that end at most `distance` before a place. */
  contextBefore(place: number, distance: number): number {
    const { starts, ends, bits } = this.keywords;
    let found = 0;
    for (let index = starts.firstAtLeast(place) - 1; index >= 0; index--) {
      const gap = place - ends.at(index);
      if (gap > distance) break;
      if (gap >= 0) found |= bits.at(index);
    }
    return found;
  }

  #clear(text: string): void {
    this.#text = text;
    this.ats.length = this.pairs.length = 0;
    for (const places of [this.digits, this.keywords, this.capitals, this.runs, this.known]) {
      places.clear();
    }
    this.hasBracket = this.needsFolding = false;
  }

  #readWord(start: number): number {
    const text = this.#text;
    const { letter } = CHARACTER;
    let hash = EMPTY_HASH;
    let end = start;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      // Small ASCII letters are most of every text.
      if (code >= 0x61 && code <= 0x7a) hash = addToHash(hash, code);
      else if (CLASSES[code]! & letter) hash = addToHash(hash, LOWER_CASES[code]!);
      else break;
      end++;
    }
    if (this.#known !== undefined && this.#known.bitsAt(text, start, end, hash) > 0) {
      this.known.push(start, end);
    }
    // A letter behind a digit is a part of a hash or of an id, not a word.
    if (!isDigitAt(text, start - 1)) this.#lookUp(start, end, hash);
    return end;
  }

  #lookUp(start: number, end: number, hash: number): void {
    const text = this.#text;
    const about = this.#vocabulary.bitsAt(text, start, end, hash);
    if (about !== 0) this.keywords.pushWord(start, end, about);
    if (this.#names === undefined) return;
    if (CLASSES[text.charCodeAt(start)]! & (CHARACTER.upper | CHARACTER.uncased)) {
      const name = this.#names.bitsAt(text, start, end, hash);
      this.capitals.pushWord(start, end, name | about << NAME_BITS);
    }
  }

  #readDigits(start: number): number {
    const text = this.#text;
    const known = this.#known;
    let end = start + 1;
    while (isDigitAt(text, end)) end++;
    if (!this.#isInsideWord(start)) this.digits.push(start, end);
    if (known === undefined) return end;
    let hash = EMPTY_HASH;
    for (let place = start; place < end; place++) hash = addToHash(hash, text.charCodeAt(place));
    if (known.bitsAt(text, start, end, hash) > 0) this.known.push(start, end);
    return end;
  }

  /**
   * Digits behind a small letter are a part of a hash, a name or a version: half of all digits of a
   * log. Two letters may begin an account number.
   */
  #isInsideWord(start: number): boolean {
    if (!isSmall(this.#text.charCodeAt(start - 1))) return false;
    return !(isSmall(this.#text.charCodeAt(start - 2)) && !isWordAt(this.#text, start - 3));
  }

  #endRun(start: number, end: number): void {
    if (end - start >= LONG_RUN) this.runs.push(start, end);
  }

  #readSign(code: number, index: number): void {
    switch (code) {
      case 0x40: // @
        this.ats.push(index);
        break;
      case 0x3a: // :
      case 0x3d: // =
        this.pairs.push(index);
        break;
      case 0x5c: // a backslash
        this.needsFolding ||= /^[nrt]/.test(this.#text[index + 1] ?? "");
        break;
      case 0x5b: // [
      case 0x25: // %
      case 0x26: // &
        this.hasBracket = true;
    }
  }
}

function isSmall(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** A list of integers that keeps its capacity when it is emptied. */
export class IntList {
  /** Only the first `length` are of the list. */
  values: Int32Array = new Int32Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }

  /** The first index whose integer is at least `value`, in a list that rises. */
  firstAtLeast(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
