import { LOWER_CASES } from "./characters.ts";

/**
 * Words with bits, found by a hash that the lexer computes while it reads, so that a word of a text
 * is looked up without being cut out of it. Upper and lower case are the same.
 */
export class WordIndex {
  #slots: Int32Array;
  #hashes: Int32Array;
  #words: string[] = [];
  #bits: number[] = [];

  constructor(expectedWords = 16) {
    this.#slots = new Int32Array(slotsFor(expectedWords));
    this.#hashes = new Int32Array(this.#slots.length);
  }

  add(word: string, bits: number): void {
    const lower = word.toLowerCase();
    if (lower.length === 0) return;
    const hash = hashWord(lower);
    const slot = this.#slotOf(lower, 0, lower.length, hash);
    const entry = this.#slots[slot]!;
    if (entry !== 0) {
      this.#bits[entry - 1]! |= bits;
      return;
    }
    this.#words.push(lower);
    this.#bits.push(bits);
    this.#slots[slot] = this.#words.length;
    this.#hashes[slot] = hash;
    if (this.#words.length * 2 > this.#slots.length) this.#grow();
  }

  /** The bits of a part of a text, 0 where it is no word of the index. */
  bitsAt(text: string, start: number, end: number, hash: number): number {
    const entry = this.#slots[this.#slotOf(text, start, end, hash)]!;
    return entry === 0 ? 0 : this.#bits[entry - 1]!;
  }

  /** The bits of a word. */
  bitsOf(word: string): number {
    return this.bitsAt(word, 0, word.length, hashWord(word));
  }

  #slotOf(text: string, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = spread(hash) & mask;
    while (true) {
      const entry = this.#slots[slot]!;
      if (entry === 0) return slot;
      if (this.#hashes[slot] === hash && isSame(this.#words[entry - 1]!, text, start, end)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    this.#hashes = new Int32Array(this.#slots.length);
    for (const [index, word] of this.#words.entries()) {
      const hash = hashWord(word);
      const slot = this.#slotOf(word, 0, word.length, hash);
      this.#slots[slot] = index + 1;
      this.#hashes[slot] = hash;
    }
  }
}

/** The hash before its first letter. */
export const EMPTY_HASH = 7;

/** The hash with one more letter, given in lower case. */
export function addToHash(hash: number, lowerCode: number): number {
  return (Math.imul(hash, 31) + lowerCode) | 0;
}

function hashWord(word: string): number {
  let hash = EMPTY_HASH;
  for (let index = 0; index < word.length; index++) {
    hash = addToHash(hash, LOWER_CASES[word.charCodeAt(index)]!);
  }
  return hash;
}

function isSame(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = 0; index < word.length; index++) {
    if (LOWER_CASES[text.charCodeAt(start + index)] !== word.charCodeAt(index)) return false;
  }
  return true;
}

function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 7;
}

function slotsFor(words: number): number {
  let slots = 64;
  while (slots < words * 4) slots *= 2;
  return slots;
}
