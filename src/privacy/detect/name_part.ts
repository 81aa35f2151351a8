import { NAME, NAME_BITS, nameIndex } from "./name_index.ts";
import { ABOUT } from "./vocabulary.ts";
import type { Lexer } from "./lexer.ts";

/** Words of a chain that can be one name, with what stands around them on the line. */
export interface NamePart {
  readonly words: readonly ChainWord[];
  readonly start: number;
  readonly end: number;
  /** The words as they are written. */
  readonly text: string;
  /** The text of the line before it, at most 48 characters. */
  readonly before: string;
  /** The text of the line after it, at most 40 characters. */
  readonly after: string;
  /** The word before it that leads in a person: "Dr.", "Officer", "Patient". */
  readonly lead: "title" | "role" | "none";
}

const REACH_BEFORE = 48;
const REACH_AFTER = 40;

/** Splits a chain at titles, roles and everyday words. */
export function nameParts(text: string, chain: NameChain): NamePart[] {
  const parts: { words: ChainWord[]; lead: NamePart["lead"] }[] = [{ words: [], lead: "none" }];
  for (const word of chain) {
    if (isTitle(word)) parts.push({ words: [], lead: "title" });
    else if (isEveryday(word)) {
      parts.push({ words: [], lead: word.about & ABOUT.role ? "role" : "none" });
    } else parts.at(-1)!.words.push(word);
  }
  return parts.flatMap(({ words, lead }) => {
    if (!words.some(({ shape }) => shape !== "initial")) return [];
    const start = words[0]!.start;
    const end = words.at(-1)!.end;
    const before = lineBefore(text, start);
    const isLed = lead === "none" && LED_BY_TITLE.test(before);
    return [{
      words,
      start,
      end,
      text: text.slice(start, end),
      before,
      after: lineAfter(text, end),
      lead: isLed ? "title" : lead,
    }];
  });
}

const LED_BY_TITLE = /\b(?:mr|mrs|ms|miss|dr|prof|sr|sra|herr|frau|mme|m)\. ?$/i;

function isTitle({ about, name }: ChainWord): boolean {
  return (about & ABOUT.honorific) !== 0 && !(name & NAME.first);
}

/** A word that is in no list of names, or so usual that no list of names counts. */
function isEveryday({ name, about, shape }: ChainWord): boolean {
  if (about & (ABOUT.filler | ABOUT.introduction)) return true;
  if (about & ABOUT.calendar && !(name & NAME.first)) return true;
  if (about & (ABOUT.street | ABOUT.organisation | ABOUT.place)) return false;
  if (shape === "shout" && (about !== 0 || !(name & (NAME.first | NAME.last)))) return true;
  if (about & ABOUT.role && !(name & NAME.first)) return true;
  return (name & NAME.common) !== 0 && !(name & (NAME.first | NAME.last));
}

function lineBefore(text: string, place: number): string {
  const part = text.slice(Math.max(0, place - REACH_BEFORE), place);
  return part.slice(part.lastIndexOf("\n") + 1);
}

function lineAfter(text: string, place: number): string {
  const part = text.slice(place, place + REACH_AFTER);
  const end = part.indexOf("\n");
  return end < 0 ? part : part.slice(0, end + 1);
}

/** What capitalised words can be. */
export type NamedKind = "PERSON" | "ORG" | "LOCATION" | "ADDRESS";

/** One reason to take words for a name of a kind, or for none. Worths of the same kind add up. */
export interface NameRule {
  readonly says: string;
  readonly holds: (part: NamePart) => boolean;
  readonly worth: Readonly<Partial<Record<NamedKind, number>>>;
}

/** One capitalised word, or one word of a script without capitals. */
interface ChainWord {
  readonly start: number;
  readonly end: number;
  /** Bits of `NAME`. */
  readonly name: number;
  /** Bits of `ABOUT`. */
  readonly about: number;
  readonly shape: "initial" | "shout" | "capital" | "uncased";
}

/** Capitalised words side by side, as names, titles and firms are written. */
type NameChain = readonly ChainWord[];

const MAX_WORDS = 8;
/** What may stand between two words of a chain. */
const LINK =
  /^(?: |-|['’]|\. ?|(?: |-)(?:(?:van|von|vom|zu|zur|de|da|do|dos|das|di|dei|degli|del|della|delle|dello|des|der|den|du|la|le|les|los|las|ter|ten|te|el|al|bin|ibn|ben|af|av|y|e|i|bint|ap) ){1,3}(?:l'|d')?)$/i;
const LATIN = /[A-Za-zÀ-ɏ]/;

/** Reads the chains of a text in order. */
export function* nameChains(text: string, marks: Lexer): Generator<NameChain> {
  let chain: ChainWord[] = [];
  for (let index = 0; index < marks.capitals.length; index++) {
    const word = readWord(text, marks, index);
    if (word === undefined) continue;
    const last = chain.at(-1);
    if (last !== undefined && (chain.length === MAX_WORDS || !isLinked(text, last, word))) {
      yield chain;
      chain = [];
    }
    chain.push(word);
  }
  if (chain.length > 0) yield chain;
}

function readWord(text: string, marks: Lexer, index: number): ChainWord | undefined {
  const start = marks.capitals.starts.at(index);
  const end = marks.capitals.ends.at(index);
  // A part of an identifier, a path or a domain is no word.
  if (/[\d_@/\\#$&=]/.test(text[start - 1] ?? "") || /[\d_@\\/=]/.test(text[end] ?? "")) {
    return undefined;
  }
  if (/^[.:]\p{L}/u.test(text.slice(end, end + 2)) && end - start > 1) return undefined;
  if (/[\p{L}\p{N}][.:]$/u.test(text.slice(Math.max(0, start - 2), start)) && end - start > 1) {
    return undefined;
  }
  const bits = marks.capitals.bits.at(index);
  const word = text.slice(start, end);
  return {
    start,
    end,
    name: (bits & ((1 << NAME_BITS) - 1)) | hanBits(word),
    about: bits >>> NAME_BITS,
    shape: shapeOf(word),
  };
}

function shapeOf(word: string): ChainWord["shape"] {
  if (word.toLowerCase() === word.toUpperCase()) return "uncased";
  if (word.length === 1) return "initial";
  return word === word.toUpperCase() ? "shout" : "capital";
}

/** Han names are written as one word, the family name first. */
function hanBits(word: string): number {
  if (word.length < 2 || word.length > 4 || !/^\p{Script=Han}+$/u.test(word)) return 0;
  const index = nameIndex();
  return [1, 2].some((length) => index.bitsOf(word.slice(0, length)) & NAME.last)
    ? NAME.first | NAME.last
    : 0;
}

function isLinked(text: string, last: ChainWord, next: ChainWord): boolean {
  if (next.start - last.end > 16) return false;
  if ((last.shape === "uncased") !== (next.shape === "uncased")) return false;
  const between = text.slice(last.end, next.start);
  if (!LINK.test(between)) return false;
  if (!between.startsWith(".")) return true;
  // A full stop links only after an initial or a title: "J. Smith", "Dr. Shaw".
  return last.shape === "initial" || (last.about & ABOUT.honorific) !== 0 ||
    (last.end - last.start <= 2 && LATIN.test(text[last.start]!));
}
