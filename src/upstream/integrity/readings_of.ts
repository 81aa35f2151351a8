/** Letters of other scripts that are read as Latin ones, each with the one that it is read as. */
const LOOK_ALIKES = new Map(
  ("аa вb еe ѕs іi јj ӏl оo рp сc уy хx һh ԁd ԛq ԝw кk мm тt нh гr АA ВB ЕE ЅS ІI ЈJ КK МM НH ОO РP СC ТT УY ХX " +
    "αa βb εe ιi κk νv οo ρp τt υu χx ωw γy ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX " +
    "օo սu ցg հh ոn զq ɑa ɡg ɩi ɪi ʟl ᴀa ᴇe ᴏo ıi ǃ!").split(" ").map((pair) => {
      const [from, to] = [...pair];
      return [from!, to!];
    }),
);

/** The first letter of each alphabet in squares, in circles and of flags. */
const PICTURED = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6];
const PICTURED_LETTER =
  /[\u{1F130}-\u{1F149}\u{1F150}-\u{1F169}\u{1F170}-\u{1F189}\u{1F1E6}-\u{1F1FF}]/gu;

const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\u2800]/gu;
const LEET = new Map(["0o", "1i", "3e", "4a", "5s", "7t", "@a", "$s", "!i"].map((pair) => {
  const [from, to] = [...pair];
  return [from!, to!];
}));

const MIN_ENCODED = 20;
const MAX_DECODED = 1024 * 1024;
/** Characters of a decoded text that are looked at together. */
const DECODED_PART = 4_096;
/** Levels of texts in texts. */
const MAX_DEPTH = 3;

/**
 * Reads a text as a model may read it: `others` is the text with its disguises taken off, and all
 * that is encoded in it; `encoded` tells whether it has encoded sentences.
 */
export function readingsOf(
  text: string,
  depth = 0,
): { readonly others: readonly string[]; readonly encoded: boolean } {
  const plain = plainWords(text);
  const spaced = plain.replace(
    /\b(?:[a-z][ .\-_*]{1,2}){5,}[a-z]\b/gi,
    (letters) => letters.replace(/(?<=[a-z])[ .\-_*](?=[a-z])/gi, ""),
  );
  const leet = LEET_WORD.test(plain)
    ? plain.replace(
      /[\w@$!]+/g,
      (word) =>
        LEET_WORD.test(word) ? word.replace(/[013457@$!]/g, (sign) => LEET.get(sign)!) : word,
    )
    : plain;
  const decoded = depth >= MAX_DEPTH ? [] : decodedIn(text);
  const inner = decoded.flatMap((each) => readingsOf(each, depth + 1).others);
  const parted = plain.replace(NAME_OF_WORDS, (name) => partedWords(name));
  const others = [...new Set([plain, spaced, leet, parted, ...inner])];
  return { others, encoded: decoded.length > 0 };
}

/** Digits and signs for letters, inside of a word or at its beginning. */
const LEET_WORD = /[a-z][013457@$!]+[a-z]|\b[01345]+[a-z]{3}/i;
/** A name of several words, which may be a sentence. */
const NAME_OF_WORDS =
  /(?<![A-Za-z0-9])[A-Za-z0-9]{1,40}(?:[_\-.:/+]{1,3}[A-Za-z0-9]{1,40}){2,40}|[A-Za-z][a-z0-9]{0,40}(?:[A-Z][a-z0-9]{1,40}){2,40}/g;

/** The words of a name that signs or capitals join. */
export function partedWords(name: string): string {
  return name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/[_\-./:+]+/g, " ");
}

/** A decoded text that may itself be encoded. */
const ENCODED = /^[A-Za-z0-9+/_=%&#;\\\s-]+$/;

/** Texts with words that are encoded in a text. */
function decodedIn(text: string, depth = 0): string[] {
  const found: string[] = [];
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{20,}={0,2}/g)) add(fromBase64(run));
  for (const [run] of text.matchAll(/(?:(?:0x|\\x)?[0-9a-f]{2}[\s,:]?){12,}/gi)) add(fromHex(run));
  if (/(%[0-9a-f]{2}){4}/i.test(text)) add(percentDecoded(text));
  if (/(&#x?[0-9a-f]{2,6};){4}|(\\u\{?[0-9a-f]{4}\}?){4}/i.test(text)) add(escapesDecoded(text));
  const tagged = [...text].filter((one) => one >= "\u{E0020}" && one <= "\u{E007E}");
  if (tagged.length > 3) {
    add(tagged.map((one) => String.fromCharCode(one.codePointAt(0)! - 0xe0000)).join(""));
  }
  for (const decoded of decodedSigns(text)) add(decoded);
  return found;

  function add(decoded: string | undefined): void {
    if (decoded === undefined || decoded === text) return;
    const beginning = decoded.slice(0, MAX_DECODED);
    if (hasProse(beginning)) found.push(beginning);
    else if (depth < MAX_DEPTH && ENCODED.test(beginning)) {
      found.push(...decodedIn(beginning, depth + 1));
    }
  }
}

function plainWords(text: string): string {
  const latin = IS_ASCII.test(text) ? text : asLatin(text);
  return latin.replace(/[*`~]+|(?<![a-z0-9])_+|_+(?![a-z0-9])|<\/?[a-z]{1,10}\/?>/gi, "")
    .replace(/\s+/g, " ");
}

// deno-lint-ignore no-control-regex -- all of ASCII
const IS_ASCII = /^[\x00-\x7f]*$/;

function asLatin(text: string): string {
  return text.replace(PICTURED_LETTER, asLetter).normalize("NFKC").replace(UNSEEN, "")
    .replace(/[^ -~\s]/gu, (character) => LOOK_ALIKES.get(character) ?? character)
    .normalize("NFD").replace(/(?<=[A-Za-z])\p{M}+/gu, "").normalize("NFC");
}

function hasProse(text: string): boolean {
  for (let at = 0; at < text.length; at += DECODED_PART) {
    if (isProse(text.slice(at, at + DECODED_PART))) return true;
  }
  return false;
}

function asLetter(picture: string): string {
  const point = picture.codePointAt(0)!;
  const first = PICTURED.findLast((each) => point >= each)!;
  return String.fromCharCode(97 + point - first);
}

/** Whether a text is words with blanks between them, and little else. */
function isProse(text: string): boolean {
  if (text.length < 12) return false;
  const letters = text.match(/[A-Za-z ,.:;'"!?()/~@_\n-]/g)?.length ?? 0;
  return letters / text.length > 0.9 && (text.match(/[A-Za-z]{2} [A-Za-z]{2}/g)?.length ?? 0) > 0;
}

function fromBase64(run: string): string | undefined {
  if (run.length < MIN_ENCODED) return undefined;
  try {
    const standard = run.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
    const whole = standard.slice(0, standard.length - (standard.length % 4 === 1 ? 1 : 0));
    return new TextDecoder().decode(Uint8Array.fromBase64(whole));
  } catch {
    return undefined;
  }
}

function fromHex(run: string): string {
  const pairs = run.replace(/0x|\\x|[\s,:]/gi, "").match(/../g) ?? [];
  return new TextDecoder().decode(Uint8Array.from(pairs, (pair) => parseInt(pair, 16)));
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => fromHex(run.replaceAll("%", "")));
}

function escapesDecoded(text: string): string {
  return text.replace(
    /&#(x?)([0-9a-f]{2,6});|\\u\{?([0-9a-f]{4})\}?/gi,
    (all, hex, number, code) => {
      const point = code ? parseInt(code, 16) : parseInt(number, hex ? 16 : 10);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : all;
    },
  );
}

const MORSE: Record<string, string> = Object.fromEntries(
  (".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- " +
    "-..- -.-- --..").split(" ").map((code, at) => [code, String.fromCharCode(97 + at)]),
);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Texts in character codes, Morse code and base 32. */
function decodedSigns(text: string): string[] {
  const found: string[] = [];
  for (const [run] of text.matchAll(/(?:\b\d{2,3}\b[\s,;|-]{0,3}){12,}/g)) {
    const numbers = run.match(/\d+/g)!;
    found.push(fromNumbers(numbers, 10));
    if (numbers.every((number) => /^[0-7]+$/.test(number))) found.push(fromNumbers(numbers, 8));
  }
  for (const [run] of text.matchAll(/(?:[01]{7,8}[\s,;|-]{0,3}){12,}/g)) {
    const spaced = run.match(/\b[01]{7,8}\b/g);
    found.push(fromNumbers(spaced ?? run.match(/[01]{8}/g) ?? [], 2));
  }
  for (const [run] of text.matchAll(/(?:[.\-·–−]{1,6}[ \n/|]{1,3}){12,}[.\-·–−]{0,6}/g)) {
    found.push(fromMorse(run));
  }
  for (const [run] of text.matchAll(/\b[A-Z2-7]{24,}={0,6}/g)) found.push(fromBase32(run));
  return found;
}

function fromNumbers(numbers: readonly string[], radix: number): string {
  return numbers.map((number) => String.fromCharCode(parseInt(number, radix))).join("");
}

function fromMorse(run: string): string {
  const plain = run.replaceAll("·", ".").replace(/[–−]/g, "-");
  const words = plain.split(/[ \n]*[/|\n][ /|\n]*| {2,}/);
  return words.map((word) => word.split(" ").map((code) => MORSE[code] ?? "").join("")).join(" ");
}

function fromBase32(run: string): string {
  const bytes: number[] = [];
  let [bits, value] = [0, 0];
  for (const sign of run.replace(/=+$/, "")) {
    value = (value << 5 | BASE32.indexOf(sign)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(value >> bits & 0xff);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
