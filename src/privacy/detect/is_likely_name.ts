import { NAME, nameIndex } from "./name_index.ts";
import { ABOUT, vocabulary } from "./vocabulary.ts";

const MAX_WORDS = 6;
const PARTICLE =
  /^(?:van|von|de|da|do|dos|di|del|della|der|den|du|la|le|ter|ten|el|al|bin|ibn|ben|af|av|y|e|och|und|and|mr|mrs|ms|dr|prof)\.?$/i;

/**
 * Whether a whole value reads as a person's name: words that a list of names knows, or two and more
 * capitalised words that are not everyday English.
 */
export function isLikelyName(value: string): boolean {
  const words = value.trim().split(/[\s,]+/).filter((word) => !PARTICLE.test(word));
  if (words.length === 0 || words.length > MAX_WORDS) return false;
  const judged = words.map(judgeWord);
  if (judged.includes("foreign") || words.some(isOfFirm)) return false;
  if (judged.includes("name")) return true;
  const unknown = judged.filter((word) => word === "unknown").length;
  const maybe = judged.filter((word) => word === "either").length;
  return words.length > 1 && (unknown + maybe === words.length) && unknown + maybe > 1;
}

function isOfFirm(word: string): boolean {
  return /^S\.?A\.?$|^S\.?R\.?L\.?$/i.test(word) ||
    (vocabulary().bitsOf(word.replace(/[.,]$/, "")) & ABOUT.organisation) !== 0;
}

/** `either`: a name and an everyday word; `foreign`: no word at all, or one in small letters. */
function judgeWord(word: string): "name" | "either" | "common" | "unknown" | "foreign" {
  const bare = word.replace(/[.'’"()]+$/g, "").replace(/^["'’(]+/g, "");
  if (!/^[\p{L}\p{M}][\p{L}\p{M}.'’׳״`-]*$/u.test(bare)) return "foreign";
  const isUncased = bare.toLowerCase() === bare.toUpperCase();
  if (!isUncased && !/^\p{Lu}/u.test(bare)) return "foreign";
  const bits = bare.split(/[-'’]/).map((part) => nameIndex().bitsOf(part)).reduce(
    (all, one) => all | one,
    0,
  );
  const isName = (bits & (NAME.first | NAME.last)) !== 0;
  if (isName) return bits & NAME.common || bits & NAME.place ? "either" : "name";
  if (bits & (NAME.common | NAME.place)) return "common";
  return isUncased ? "name" : "unknown";
}
