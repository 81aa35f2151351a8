/** What a UTF-16 code unit can be to the scanner; the bits of {@linkcode CLASSES}. */
export const CHARACTER = {
  letter: 1,
  upper: 2,
  /** A letter of a script without capitals: Hebrew, Thai, Han… */
  uncased: 4,
  digit: 8,
  /** Must be folded before ASCII rules fit: other digits, dashes, spaces, full-width forms. */
  foreign: 16,
  /** Shows nothing, and so hides in the middle of a value. */
  invisible: 32,
  /** May stand inside a key, a secret or an id: `_` and `-`. */
  joiner: 64,
} as const;

/** Whether a letter, a digit or `_` stands at a place; beyond the ends stands none. */
export function isWordAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  if (code < 0x80) return ASCII_WORD[code] === 1;
  return (CLASSES[code]! & (letter | digit)) > 0;
}

const ASCII_WORD = Uint8Array.from(
  { length: 0x80 },
  (_, code) => /\w/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether one of `0` to `9` stands at a place. */
export function isDigitAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  return code >= 0x30 && code <= 0x39;
}

/** Whether a hexadecimal digit stands at a place. */
export function isHexAt(text: string, place: number): boolean {
  const code = text.charCodeAt(place);
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

const { letter, upper, uncased, digit, foreign, invisible, joiner } = CHARACTER;

const CLASS_RULES: readonly (readonly [RegExp, number])[] = [
  [/[\p{L}\p{M}]+/gu, letter],
  [/[\p{Lu}\p{Lt}]+/gu, upper],
  [/\p{Lo}+/gu, uncased],
  [/[0-9]+/g, digit],
  [/(?:(?![0-9])\p{Nd})+/gu, foreign],
  [/[\u00A0\u2000-\u200A\u2010-\u2015\u202F\u205F\u2212\u3000\uFE63\uFF01-\uFF5E]+/g, foreign],
  [/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]+/g, invisible],
  [/[_-]+/g, joiner],
];

/** Every UTF-16 code unit in order, with spaces in the places of half characters. */
const ALL = Array.from(
  { length: 0x100 },
  (_, high) =>
    high >= 0xd8 && high < 0xe0
      ? " ".repeat(0x100)
      : String.fromCharCode(...Array.from({ length: 0x100 }, (_, low) => high << 8 | low)),
).join("");

/** The class bits of each UTF-16 code unit. */
export const CLASSES: Uint8Array = makeClasses();

/** The lower case of each UTF-16 code unit; of the one that has a longer one, `i`. */
export const LOWER_CASES: Uint16Array = Uint16Array.from(
  { length: 0x10000 },
  ((lower) => (_: unknown, code: number) => lower.charCodeAt(code))(
    ALL.replace("\u0130", "i").toLowerCase(),
  ),
);

function makeClasses(): Uint8Array {
  const made = new Uint8Array(0x10000);
  for (const [pattern, bit] of CLASS_RULES) {
    for (const { 0: run, index } of ALL.matchAll(pattern)) {
      for (let code = index; code < index + run.length; code++) made[code]! |= bit;
    }
  }
  return made;
}

/** A text as the rules read it, and the way back to the places in the original. */
interface FoldedText {
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
