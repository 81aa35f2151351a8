import { visibleWord, writtenOut } from "./visible_word.ts";

/** What is shown as it stands wherever it stands. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
/** A word, with the marks on its letters, or one sign that is no part of a word. */
const PIECES = /[\p{L}\p{M}\p{N}_$]+|[^\t\n\x20-\x7e]/gu;

/** A line ends here for the parser, and must end here for who reads it. */
const ODD_LINE_ENDS = /\r(?!\n)|[\u2028\u2029]/g;

/**
 * Nothing of it shows, it reorders what does, it is as wide as a sentence, or it is no character of
 * any standard.
 */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u2e3a\u2e3b\ufdfa-\ufdfd]/u;

/** Signs that pass for one of ASCII and are no compatibility form of it. */
const LOOK_ALIKE_SIGNS = new Set(
  "\u201a\u2010\u2011\u2012\u2212\u2044\u2215\u2216\u29f8\u29f9\u2223\u2236\u2217\ua789\u05c3" +
    "\u0589\u0703\u0704\u066a\u066b\u060d\u02f8\u2024\u21b3",
);

/** Scripts that write commas and brackets as wide as a letter. */
const WIDE_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff65]/u;

/**
 * A text in which nothing hides: signs that do not show, that change how others are read or that pass
 * for another are written out as `\u{202e}`, and a line ends where the parser ends it. A text without
 * such signs is the same; to do it twice changes nothing.
 */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll("\r\n", "\n")
    .replace(ODD_LINE_ENDS, (end) => `${writtenOut(end)}\n`)
    .replace(PIECES, (piece, at: number, whole: string) => {
      if (PLAIN.test(piece)) return piece;
      if (/[\p{L}\p{M}\p{N}]/u.test(piece)) return visibleWord(piece);
      return visibleSign(piece, `${whole[at - 1] ?? ""}${whole[at + piece.length] ?? ""}`);
    });
}

/** The same of a text that is to stay one line: its line ends are written out. */
export function visibleLine(text: string): string {
  return visibleText(text.replace(/[\n\r\u2028\u2029]/g, writtenOut));
}

function visibleSign(sign: string, neighbours: string): string {
  const isHidden = UNSEEN.test(sign) || LOOK_ALIKE_SIGNS.has(sign) ||
    passesForAscii(sign) && !(FULL_WIDTH.test(sign) && WIDE_SCRIPTS.test(neighbours));
  return isHidden ? writtenOut(sign) : sign;
}

const FULL_WIDTH = /[\uff01-\uff65]/;

function passesForAscii(sign: string): boolean {
  return /^[\x20-\x7e]$/.test(sign.normalize("NFKC"));
}
