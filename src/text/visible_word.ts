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
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\ufdfa\ufdfb\u{12000}-\u{12543}]/u;

/** More marks on one letter hide it, or what is around it. */
const MAX_MARKS = 2;

/** A word with every letter written out that passes for another, and every mark that hides one. */
export function visibleWord(word: string): string {
  const hasAscii = /[A-Za-z]/.test(word);
  const isMixed = /\p{Script=Latin}/u.test(word);
  const letters = word.replace(/[\p{M}\p{N}_$]/gu, "");
  const poses = !isMixed && PASSES_FOR_LATIN.test(letters);
  const misleads = (character: string) =>
    UNSEEN.test(character) || isCompatible(character) ||
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
  if (UNSEEN.test(mark) || /\p{Me}/u.test(mark) || cluster === "") return true;
  const composed = (cluster + mark).normalize("NFC");
  if (composed.length <= 2 && [...composed].length === 1) return false;
  if (cluster < "\u0080" || /^\p{Script=Latin}/u.test(cluster)) return true;
  return marks > MAX_MARKS;
}
