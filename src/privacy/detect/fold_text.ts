import { CHARACTER, CLASSES } from "./characters.ts";

/** A text as the rules read it, and the way back to the places in the original. */
export interface FoldedText {
  readonly text: string;
  /** The place in the original of a place in the folded text. */
  readonly original: (place: number) => number;
}

const FOREIGN =
  /[\u00A0\u2000-\u200A\u2010-\u2015\u202F\u205F\u2212\u3000\uFE63\uFF01-\uFF5E]|(?![0-9])\p{Nd}/gu;
/** A line's end or a tab as programs write it: "Phone:\\n0390". */
const ESCAPE = /(?<!\\)\\([nrt])/g;
const INVISIBLE = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/;

/**
 * Writes digits, dashes, spaces and full-width letters of any script as ASCII and drops characters
 * that show nothing, so that `４１１１‑1111` is read as a person reads it.
 */
export function foldText(text: string): FoldedText {
  // Digits of some scripts take two code units: those stay, so that places do.
  const folded = text
    .replace(FOREIGN, (sign) => sign.length > 1 ? sign : foldCharacter(sign.charCodeAt(0)))
    .replace(ESCAPE, (_, letter) => letter === "t" ? "\t " : "\n ");
  return INVISIBLE.test(folded)
    ? dropInvisible(folded)
    : { text: folded, original: (place) => place };
}

function dropInvisible(text: string): FoldedText {
  const places: number[] = [];
  let kept = "";
  for (let index = 0; index < text.length; index++) {
    if (CLASSES[text.charCodeAt(index)]! & CHARACTER.invisible) continue;
    kept += text[index];
    places.push(index);
  }
  return { text: kept, original: (place) => places[place] ?? text.length };
}

function foldCharacter(code: number): string {
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0xfe63) return "-";
  const isSpace = code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x202f ||
    code === 0x205f || code === 0x3000;
  return isSpace ? " " : String(decimalValue(code));
}

/** Unicode keeps the ten digits of a script side by side: the value is the distance to its zero. */
function decimalValue(code: number): number {
  const isDigit = /\p{Nd}/u;
  let zero = code;
  while (code - zero < 9 && isDigit.test(String.fromCharCode(zero - 1))) zero--;
  return code - zero;
}
