/** Text that is always shown as it is. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
/** A word, with the marks on its letters, or one other sign. */
const PIECES = /[\p{L}\p{M}\p{N}_$]+|[^\t\n\x20-\x7e]/gu;

/** Ends of lines for the parser, which must end a line for the reader too. */
const ODD_LINE_ENDS = /\r(?!\n)|[\u2028\u2029]/g;

/** Signs that are invisible, reorder others, are as wide as a sentence, or are in no standard. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u2e3a\u2e3b\ufdfa-\ufdfd]/u;

/** Signs that look like one of ASCII and are no compatibility form of it. */
const LOOK_ALIKE_SIGNS = new Set(
  "\u201a\u2010\u2011\u2012\u2212\u2044\u2215\u2216\u29f8\u29f9\u2223\u2236\u2217\ua789\u05c3" +
    "\u0589\u0703\u0704\u066a\u066b\u060d\u02f8\u2024\u21b3",
);

/** Scripts that write commas and brackets as wide as a letter. */
const WIDE_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uff65]/u;

/**
 * A text with every sign visible: signs that are invisible, that change how others are read or that
 * look like another are written out as `\u{202e}`, and a line ends where the parser ends it. A text
 * without such signs stays the same; a second pass changes nothing.
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

/** {@linkcode visibleText} on one line: ends of lines are written out. */
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

/** Letters that do not look like a Latin one and may be in one word with those. */
const DISTINCT =
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u;

/** Letters of other scripts that look like Latin ones: a word of only those is read as Latin. */
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

/** Latin letters that look like plain ones, such as clicks and small capitals. */
const ODD_LATIN =
  /[\u01c0-\u01c3\u0251\u0261\u0269\u026a\u0280\u0299\u029f\u1d00-\u1dbf\ua730-\ua7ff\uab30-\uab6f]/;

/** Characters of a word that are invisible or as wide as a sentence. */
const UNSEEN_MARK = /[\p{C}\p{Default_Ignorable_Code_Point}\ufdfa\ufdfb\u{12000}-\u{12543}]/u;

/** More marks on one letter hide it or its neighbours. */
const MAX_MARKS = 2;

/** A word with every letter written out that looks like another, and every mark that hides one. */
function visibleWord(word: string): string {
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
    const hides = isMark ? hidesLetter(cluster, character, marks) : misleads(character);
    cluster = isMark ? cluster + character : character;
    shown += hides ? writtenOut(character) : character;
  }
  return shown;
}

/** A character as its code point. */
function writtenOut(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}

/** Whether a character is a full-width, mathematical or similar form of ASCII. */
function isCompatible(character: string): boolean {
  return character > "\u00ff" && /^[\x20-\x7e]$/.test(character.normalize("NFKC"));
}

/** Whether a mark hides its letter; accents and the marks of a script do not. */
function hidesLetter(cluster: string, mark: string, marks: number): boolean {
  if (UNSEEN_MARK.test(mark) || /\p{Me}/u.test(mark) || cluster === "") return true;
  const composed = (cluster + mark).normalize("NFC");
  if (composed.length <= 2 && [...composed].length === 1) return false;
  if (cluster < "\u0080" || /^\p{Script=Latin}/u.test(cluster)) return true;
  return marks > MAX_MARKS;
}

// Characters that JSON allows in a string, and that a terminal obeys or shows as others.
const MISLEADING = /[\x7f-\x9f\u2028\u2029]|\p{Cf}/gu;

/** A value as JSON that is safe in a terminal: control characters are escaped as `\u001b`. */
export function terminalJson(value: unknown, indent?: number): string {
  return (JSON.stringify(value, null, indent) ?? "null").replaceAll(MISLEADING, escapeUnits);
}

function escapeUnits(sign: string): string {
  let escaped = "";
  for (let at = 0; at < sign.length; at++) {
    escaped += `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
