import type { ChainWord, NameChain } from "./name_chain.ts";
import { NAME } from "./name_index.ts";
import { ABOUT } from "./vocabulary.ts";

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
