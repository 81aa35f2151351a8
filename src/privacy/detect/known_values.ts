import { isWordAt, LOWER_CASES } from "./characters.ts";
import { Lexer, type Places } from "./lexer.ts";
import { NAME, nameIndex } from "./name_index.ts";
import { type Finding, STRENGTH, sweep } from "./scan.ts";
import { WordIndex } from "./word_index.ts";

interface KnownValue {
  readonly kind: string;
  readonly lower: string;
  /** How far into the value its anchor begins. */
  readonly wordAt: number;
  /** Whether all of its words are everyday words or places too: "Maria Lima", "Mark May". */
  readonly isUsual: boolean;
}

/** The values of one anchor. */
interface Bucket {
  readonly values: KnownValue[];
  /**
   * Of each value where its anchor begins, how long it is, and its last sign, one behind the other: a
   * hundred numbers share a pair of digits, and few of them the length and the end.
   */
  readonly shapes: number[];
}

const WORD = /[\p{L}\p{M}]+|[0-9]+/gu;
const LONGEST = 300;

/**
 * Which values are looked for: those that are not equal by accident, or also dates, postal codes and
 * single first names, where it is known that they may come.
 */
export type KnownWidth = "distinctive" | "all";

/** Values that a session has seen in fields, to be found again in free text, in any case. */
export class KnownValues {
  /** One word of each value, for the lexer: the one that fewest values have. */
  readonly anchors = new WordIndex();
  readonly #byAnchor = new Map<string, Bucket>();
  /** The kind of each value. */
  readonly #all = new Map<string, string>();
  readonly #width: KnownWidth;
  readonly #lexer = new Lexer({ vocabulary: new WordIndex(), known: this.anchors });

  /** @param width Default: "distinctive" */
  constructor(width: KnownWidth = "distinctive") {
    this.#width = width;
  }

  /** How many values there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether a value is looked for. */
  has(value: string): boolean {
    return this.#all.has(value.trim().toLowerCase());
  }

  /** The kind of a value that is, as a whole, one of them. */
  kindOf(value: string): string | undefined {
    return this.#all.get(value.trim().toLowerCase());
  }

  /** Adds a value unless it is too short or too usual to be told from other words. */
  add(kind: string, value: string): void {
    const lower = value.trim().toLowerCase();
    const isTold = this.#width === "all" ? isLongEnough(lower) : isDistinctive(kind, lower);
    if (this.#all.has(lower) || lower.length !== value.trim().length || !isTold) return;
    const anchor = this.#rarestWord(lower);
    if (anchor === undefined) return;
    this.#all.set(lower, kind);
    this.anchors.add(anchor.word, 1);
    let bucket = this.#byAnchor.get(anchor.word);
    if (bucket === undefined) this.#byAnchor.set(anchor.word, bucket = { values: [], shapes: [] });
    bucket.values.push({ kind, lower, wordAt: anchor.at, isUsual: isUsual(wordsOf(lower)) });
    bucket.shapes.push(anchor.at, lower.length, lower.charCodeAt(lower.length - 1));
  }

  /** Ten thousand addresses share their domain and a hundred their first name. */
  #rarestWord(lower: string): { word: string; at: number } | undefined {
    let rarest: { word: string; at: number } | undefined;
    let fewest = Infinity;
    for (const { 0: word, index: at } of lower.matchAll(WORD)) {
      const count = this.#byAnchor.get(word)?.values.length ?? 0;
      const isRarer = count < fewest || (count === fewest && word.length > rarest!.word.length);
      if (!isRarer) continue;
      rarest = { word, at };
      fewest = count;
    }
    return rarest;
  }

  /** The findings of a text that was searched where the values are not known, and the values in it. */
  addTo(
    text: string,
    findings: readonly Finding[],
    wants: (kind: string) => boolean,
  ): readonly Finding[] {
    if (this.size === 0) return findings;
    this.#lexer.read(text);
    const known = this.find(text, this.#lexer.known, wants);
    return known.length === 0 ? findings : sweep([...findings, ...known]);
  }

  /** Where the values stand in a text whose anchors a lexer has marked. */
  find(text: string, { starts, ends }: Places, wants: (kind: string) => boolean): Finding[] {
    const findings: Finding[] = [];
    for (let index = 0; index < starts.length; index++) {
      const anchorAt = starts.at(index);
      const bucket = this.#byAnchor.get(lowerCase(text, anchorAt, ends.at(index)));
      if (bucket === undefined) continue;
      for (const { kind, lower, wordAt, isUsual } of fitting(bucket, text, anchorAt)) {
        const start = anchorAt - wordAt;
        const end = start + lower.length;
        if (!isAt(text, start, lower) || isWordAt(text, start - 1) || isWordAt(text, end)) continue;
        if (!wants(kind)) continue;
        // In small letters they mean what they say.
        const isUsualWord = isUsual && kind === "PERSON" && this.#width === "distinctive";
        if (isUsualWord && !isCapitalised(text.slice(start, end))) continue;
        findings.push({ kind, start, end, strength: STRENGTH.known, detector: "known.value" });
      }
    }
    return findings;
  }
}

/** The values of a bucket that could stand around an anchor, by their shapes. */
function fitting({ values, shapes }: Bucket, text: string, anchorAt: number): KnownValue[] {
  const found: KnownValue[] = [];
  for (let place = 0; place < shapes.length; place += 3) {
    const start = anchorAt - shapes[place]!;
    const last = start + shapes[place + 1]! - 1;
    if (start < 0 || last >= text.length) continue;
    if (LOWER_CASES[text.charCodeAt(last)] === shapes[place + 2]!) found.push(values[place / 3]!);
  }
  return found;
}

/** Whether a value given in small letters stands at a place, in any case. */
function isAt(text: string, start: number, lower: string): boolean {
  if (start < 0 || start + lower.length > text.length) return false;
  for (let index = 0; index < lower.length; index++) {
    if (LOWER_CASES[text.charCodeAt(start + index)] !== lower.charCodeAt(index)) return false;
  }
  return true;
}

/** Lower case that never changes the length. */
function lowerCase(text: string, start: number, end: number): string {
  let lower = "";
  for (let place = start; place < end; place++) {
    lower += String.fromCharCode(LOWER_CASES[text.charCodeAt(place)]!);
  }
  return lower;
}

/** Dates, postal codes and amounts are often equal. */
const NEVER = new Set(["BIRTHDATE", "ZIP", "TEXT"]);

const SHORTEST_OF_ALL = 3;
const LONGEST_OF_ALL = 20_000;

function isLongEnough(lower: string): boolean {
  return lower.length >= SHORTEST_OF_ALL && lower.length <= LONGEST_OF_ALL;
}

function isDistinctive(kind: string, lower: string): boolean {
  if (NEVER.has(kind) || lower.length < 5 || lower.length > LONGEST || lower.includes("\n")) {
    return false;
  }
  const words = wordsOf(lower);
  const digits = lower.replace(/\D/g, "").length;
  if (words.length === 0) return digits >= 7;
  if (digits > 0) return lower.length >= 6;
  if (isUsual(words)) return kind === "PERSON" && words.length > 1;
  return words.length > 1 || lower.length >= 5;
}

function wordsOf(lower: string): readonly string[] {
  return lower.match(/[\p{L}\p{M}]+/gu) ?? [];
}

function isUsual(words: readonly string[]): boolean {
  return words.length > 0 &&
    words.every((word) => nameIndex().bitsOf(word) & (NAME.common | NAME.place));
}

function isCapitalised(text: string): boolean {
  return text.split(/\s+/).every((word) => /^\P{Ll}/u.test(word));
}
