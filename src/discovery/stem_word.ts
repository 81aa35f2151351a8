const VOWEL = /[aeiouy]/;
const VOWELS = "aeiouy";
const DOUBLE = /(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/;

/** Words that the rules would take too far or not far enough, with their stems. */
const EXCEPTIONS = new Map([
  ...pairs("skis:ski skies:sky dying:die lying:lie tying:tie"),
  ...("news atlas cosmos bias andes canvas redis kubernetes aws sms dns gis inning outing herring " +
    "proceed exceed succeed").split(" ").map((word) => [word, word] as const),
]);

/** Endings of Porter's steps and what replaces them; the first that fits counts. */
const STEP_2 = pairs(
  "ization:ize ational:ate fulness:ful ousness:ous iveness:ive tional:tion biliti:ble " +
    "lessli:less entli:ent ation:ate alism:al aliti:al ousli:ous iviti:ive fulli:ful enci:ence " +
    "anci:ance abli:able izer:ize ator:ate alli:al bli:ble",
);
const STEP_3 = pairs(
  "ational:ate tional:tion alize:al icate:ic iciti:ic ical:ic ness: ful:",
);
const STEP_4 = "ement ance ence able ible ment ant ent ism ate iti ous ive ize al er ic".split(" ");

function pairs(text: string): (readonly [string, string])[] {
  return text.split(" ").map((pair) => {
    const [from, to] = pair.split(":");
    return [from!, to!];
  });
}

/**
 * The stem of an English word in lower case, by the rules of Porter's second stemmer; any other
 * word comes back as it is.
 *
 * @example
 * ```ts
 * import { stemWord } from "./stem_word.ts";
 *
 * console.assert(stemWord("repositories") === stemWord("repository"));
 * ```
 */
export function stemWord(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  let stem = markConsonantY(word);
  const r1 = firstRegion(stem);
  const r2 = regionAfter(stem, r1);
  stem = dropPlural(stem);
  stem = dropPast(stem, r1);
  if (/.[^aeiouy][yY]$/.test(stem)) stem = stem.slice(0, -1) + "i";
  stem = replaceEnding(stem, STEP_2, r1);
  if (stem.endsWith("ogi") && stem.length - 3 >= r1 && stem.at(-4) === "l") {
    stem = stem.slice(0, -1);
  }
  if (/[cdeghkmnrt]li$/.test(stem) && stem.length - 2 >= r1) stem = stem.slice(0, -2);
  stem = replaceEnding(stem, STEP_3, r1);
  if (stem.endsWith("ative") && stem.length - 5 >= r2) stem = stem.slice(0, -5);
  stem = dropEnding(stem, r2);
  stem = dropFinal(stem, r1, r2);
  return stem.toLowerCase();
}

function markConsonantY(word: string): string {
  if (!word.includes("y")) return word;
  return word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
}

function firstRegion(word: string): number {
  const prefix = /^(gener|commun|arsen|organiz)/.exec(word);
  if (prefix !== null && prefix[0] !== "organiz") return prefix[0].length;
  return regionAfter(word, 0);
}

function regionAfter(word: string, from: number): number {
  for (let i = from + 1; i < word.length; i++) {
    if (!VOWELS.includes(word[i]!) && VOWELS.includes(word[i - 1]!)) return i + 1;
  }
  return word.length;
}

function dropPlural(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
  if (/(us|ss)$/.test(word)) return word;
  if (word.endsWith("s") && VOWEL.test(word.slice(0, -2))) return word.slice(0, -1);
  return word;
}

function dropPast(word: string, r1: number): string {
  const eed = /eed(ly)?$/.exec(word);
  if (eed !== null) {
    return eed.index >= r1 ? word.slice(0, eed.index) + "ee" : word;
  }
  const past = /(ed|edly|ing|ingly)$/.exec(word);
  if (past === null || !VOWEL.test(word.slice(0, past.index))) return word;
  const stem = word.slice(0, past.index);
  if (/(at|bl|iz)$/.test(stem)) return stem + "e";
  if (DOUBLE.test(stem)) return stem.slice(0, -1);
  return isShort(stem, r1) ? stem + "e" : stem;
}

function isShort(word: string, r1: number): boolean {
  return r1 >= word.length && /(^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY])$/.test(word);
}

function replaceEnding(
  word: string,
  table: readonly (readonly [string, string])[],
  region: number,
): string {
  const found = table.find(([ending]) => word.endsWith(ending));
  if (found === undefined || word.length - found[0].length < region) return word;
  return word.slice(0, word.length - found[0].length) + found[1];
}

function dropEnding(word: string, r2: number): string {
  const ending = STEP_4.find((e) => word.endsWith(e));
  if (ending !== undefined) {
    return word.length - ending.length >= r2 ? word.slice(0, -ending.length) : word;
  }
  if (/[st]ion$/.test(word) && word.length - 3 >= r2) return word.slice(0, -3);
  return word;
}

function dropFinal(word: string, r1: number, r2: number): string {
  const at = word.length - 1;
  if (word.endsWith("e")) {
    if (at >= r2 || (at >= r1 && !isShort(word.slice(0, -1), 0))) return word.slice(0, -1);
    return word;
  }
  return word.endsWith("ll") && at >= r2 ? word.slice(0, -1) : word;
}
