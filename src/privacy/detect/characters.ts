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
