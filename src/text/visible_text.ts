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

/** Letters that nobody takes for a Latin one, though they may stand in one word with those. */
const DISTINCT =
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u;

/** Letters of other scripts that pass for Latin ones: a word of nothing else is read as Latin. */
const PASSES_FOR_LATIN = new RegExp(
  `^[${
    // Cyrillic, Greek, Armenian, Cherokee and Coptic, small letters and capitals.
    "авсеһіјӏоԛѕорѵԝхуԁҽғкмтгпАВСЕНІЈКМОРЅТХУҮЗԌԜѴӀ" +
    "αβγεικνορτυχϲωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜ" +
    "ացհոսօզքՍՕԼՏ" +
    "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎵᎷᎻᎽᏀᏃᏎᏔᏙᏚᏞᏟᏢᏦᏧᏴᏒᏂ" +
    "ⲟⲣⲥⲭⲁⲓⲕⲙⲛⲧⲩ"}]+$`,
  "u",
);

/** Latin letters that pass for plain ones, such as clicks and small capitals. */
const ODD_LATIN =
  /[\u01c0-\u01c3\u0251\u0261\u0269\u026a\u0280\u0299\u029f\u1d00-\u1dbf\ua730-\ua7ff\uab30-\uab6f]/;

/** Nothing of it shows, or it is as wide as a sentence. */
const UNSEEN_MARK = /[\p{C}\p{Default_Ignorable_Code_Point}\ufdfa\ufdfb\u{12000}-\u{12543}]/u;

/** More marks on one letter hide it, or what is around it. */
const MAX_MARKS = 2;

/** A word with every letter written out that passes for another, and every mark that hides one. */
export function visibleWord(word: string): string {
  const hasAscii = /[A-Za-z]/.test(word);
  const isMixed = /\p{Script=Latin}/u.test(word);
  const letters = word.replace(/[\p{M}\p{N}_$]/gu, "");
  const poses = !isMixed && PASSES_FOR_LATIN.test(letters);
  const misleads = (character: string) =>
    UNSEEN_MARK.test(character) || isCompatible(character) ||
    /\p{L}/u.test(character) &&
      (poses || (isMixed && !DISTINCT.test(character)) || ODD_LATIN.test(character)) ||
    hasAscii && /\p{N}/u.test(character) && !/[0-9\u00b2\u00b3\u00b9\u00bc-\u00be]/.test(character);
  let shown = "";
  let cluster = "";
  let marks = 0;
  for (const character of word) {
    const isMark = /\p{M}/u.test(character);
    marks = isMark ? marks + 1 : 0;
    const hides = isMark ? hidesLetter(cluster, { mark: character, marks }) : misleads(character);
    cluster = isMark ? cluster + character : character;
    shown += hides ? writtenOut(character) : character;
  }
  return shown;
}

/** A character by its number. */
export function writtenOut(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** Full-width and mathematical forms of ASCII, and their kind; raised numbers are what they seem. */
function isCompatible(character: string): boolean {
  return character > "\u00ff" && /^[\x20-\x7e]$/.test(character.normalize("NFKC"));
}

/** Accents make a letter of another; the marks of a script are its letters' own. */
function hidesLetter(
  cluster: string,
  { mark, marks }: { mark: string; marks: number },
): boolean {
  if (UNSEEN_MARK.test(mark) || /\p{Me}/u.test(mark) || cluster === "") return true;
  const composed = (cluster + mark).normalize("NFC");
  if (composed.length <= 2 && [...composed].length === 1) return false;
  if (cluster < "\u0080" || /^\p{Script=Latin}/u.test(cluster)) return true;
  return marks > MAX_MARKS;
}
