import { isWordAt, LOWER_CASES } from "./characters.ts";
import { Lexer, type Places } from "./lexer.ts";
import { NAME, nameIndex } from "./name_index.ts";
import { type Finding, STRENGTH } from "./scan.ts";
import { sweep } from "./sweep.ts";
import { WordIndex } from "./word_index.ts";

interface KnownValue {
  readonly kind: string;
  readonly lower: string;
  /** How far into the value its anchor begins. */
  readonly wordAt: number;
}

const WORD = /[\p{L}\p{M}]+|[0-9]+/gu;
const LONGEST = 300;

/** Values that a session has seen in fields, to be found again in free text, in any case. */
export class KnownValues {
  /** One word of each value, for the lexer: the one that fewest values have. */
  readonly anchors = new WordIndex();
  readonly #byAnchor = new Map<string, KnownValue[]>();
  readonly #all = new Set<string>();
  readonly #lexer = new Lexer({ vocabulary: new WordIndex(), known: this.anchors });

  /** How many values there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Adds a value unless it is too short or too usual to be told from chance. */
  add(kind: string, value: string): void {
    const lower = value.trim().toLowerCase();
    if (
      this.#all.has(lower) || lower.length !== value.trim().length || !isDistinctive(kind, lower)
    ) {
      return;
    }
    const anchor = this.#rarestWord(lower);
    if (anchor === undefined) return;
    this.#all.add(lower);
    this.anchors.add(anchor.word, 1);
    const known = this.#byAnchor.get(anchor.word);
    const entry = { kind, lower, wordAt: anchor.at };
    if (known === undefined) this.#byAnchor.set(anchor.word, [entry]);
    else known.push(entry);
  }

  /** Ten thousand addresses share their domain and a hundred their first name. */
  #rarestWord(lower: string): { word: string; at: number } | undefined {
    let rarest: { word: string; at: number } | undefined;
    let fewest = Infinity;
    for (const { 0: word, index: at } of lower.matchAll(WORD)) {
      const count = this.#byAnchor.get(word)?.length ?? 0;
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
      const word = lowerCase(text, starts.at(index), ends.at(index));
      for (const { kind, lower, wordAt } of this.#byAnchor.get(word) ?? []) {
        const start = starts.at(index) - wordAt;
        const end = start + lower.length;
        if (
          !wants(kind) || !isAt(text, start, lower) || isWordAt(text, start - 1) ||
          isWordAt(text, end)
        ) continue;
        findings.push({ kind, start, end, strength: STRENGTH.known, detector: "known.value" });
      }
    }
    return findings;
  }
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

/** Dates, postal codes and amounts are equal by chance. */
const NEVER = new Set(["BIRTHDATE", "ZIP", "TEXT"]);

function isDistinctive(kind: string, lower: string): boolean {
  if (NEVER.has(kind) || lower.length < 5 || lower.length > LONGEST || lower.includes("\n")) {
    return false;
  }
  const words = lower.match(/[\p{L}\p{M}]+/gu) ?? [];
  const digits = lower.replace(/\D/g, "").length;
  if (words.length === 0) return digits >= 7;
  if (digits > 0) return lower.length >= 6;
  const isUsual = words.every((word) => nameIndex().bitsOf(word) & (NAME.common | NAME.place));
  return !isUsual && (words.length > 1 || lower.length >= 5);
}
