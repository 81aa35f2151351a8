import { isIban } from "./find_account.ts";
import type { KeyHint } from "./scan.ts";
import { isWrittenDate } from "./find_id.ts";
import { NAME, nameIndex } from "./name_index.ts";
import { ABOUT, vocabulary } from "./vocabulary.ts";

/** Begins with a capital, or with a letter of a script without any, or has several words. */
const NAME_SHAPE = /^[\p{Lu}\p{Lo}]|^\p{L}+ \p{L}/u;
/** An address of the net without a long random part: a field for keys may hold where to get them. */
const PLAIN_URL = /^[a-z][a-z+.-]{1,20}:\/\/(?!.*[\w-]{20})/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The kind of a whole value whose key gives hints; nothing when the value fits none of them. */
export function chooseKind(
  hints: readonly KeyHint[],
  value: string,
  { isBesidePerson = false, isNumber = false }: {
    /** Whether the fields beside it are a person's: an e-mail, a phone, a date of birth. */
    readonly isBesidePerson?: boolean;
    /** Whether it is a number and no text: a session's or a token's number is a count or an id. */
    readonly isNumber?: boolean;
  } = {},
): string | undefined {
  for (const { kind, certainty } of hints) {
    if (!fitsKind(kind, value)) continue;
    if (kind === "SECRET" && PLAIN_URL.test(value)) continue;
    if (certainty === "likely") {
      const isName = isBesidePerson ? NAME_SHAPE.test(value) : isLikelyName(value);
      if (kind === "PERSON" && !isName) continue;
      if (kind === "SECRET" && (isNumber || !looksRandom(value) || EMAIL.test(value))) continue;
    }
    return refine(kind, value);
  }
  return undefined;
}

/** A field for accounts may hold an IBAN, and one for users an e-mail address. */
function refine(kind: string, value: string): string {
  if (kind !== "SECRET" && EMAIL.test(value)) return "EMAIL";
  if ((kind === "ACCOUNT" || kind === "CARD") && isIban(value.replace(/[\s-]/g, ""))) return "IBAN";
  return kind;
}

/** Words that stand for "no value". */
const NOTHING = new Set(
  ("null none nil undefined true false yes no n/a na unknown unassigned anonymous empty default string " +
    "number boolean object required optional test todo tbd redacted hidden masked system admin root guest " +
    "all any other public private internal external active inactive enabled disabled").split(" "),
);
const MAX_NAME = 80;

/** What a whole value of a kind looks like. A key's hint counts only for a value that fits. */
const FITS: Readonly<Record<string, (value: string) => boolean>> = {
  EMAIL: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(value),
  PHONE: (value) =>
    /^[+(\d][\d\s().+\-/x#*,extEXT]{4,30}$/.test(value) && digitCount(value) >= 5 &&
    digitCount(value) <= 20 && !isMoment(value),
  PERSON: looksLikeName,
  ORG: (value) => /\p{L}/u.test(value) && value.length <= 120 && !isIdentifier(value),
  ADDRESS: (value) =>
    /\p{L}/u.test(value) && value.length >= 4 && value.length <= 300 &&
    /[\s,]|\p{Lo}/u.test(value) && !isIdentifier(value),
  LOCATION: (value) => /\p{L}/u.test(value) && value.length <= 80 && !/[\d_@:/\\]/.test(value),
  ZIP: (value) => /^[\p{L}\d][\p{L}\d \-–〒]{1,11}$/u.test(value) && /\d/.test(value),
  BIRTHDATE: (value) => isDate(value) || isMoment(value) || /^(?:19|20)\d\d$/.test(value),
  SSN: (value) =>
    /^[\dXx*]{3}[- ]?[\dXx*]{2}[- ]?\d{4}$/.test(value) || /^\d{4}$/.test(value) ||
    /^\d{7,8}$/.test(value),
  NATIONAL_ID: (value) => isCode(value, 5, 25),
  CARD: (value) => /^[\d*xX•]{4}(?:[\d*xX• -]{4,18})\d{1,4}$/.test(value) && value.length >= 12,
  IBAN: (value) =>
    isIban(value.replace(/[\s-]/g, "")) || /^[A-Z]{2}\d{2}[A-Z0-9 ]{10,36}$/.test(value),
  ACCOUNT: (value) => isCode(value, 4, 42),
  IP: (value) =>
    !/^(?:127\.0\.0\.1|0\.0\.0\.0|::1?)$/.test(value) &&
    /^(?:\d{1,3}\.){3}\d{1,3}$|^[\da-fA-F]*:[\da-fA-F.]*:[\da-fA-F:.]*$/.test(value),
  MAC: (value) => /^(?:[\da-fA-F]{2}[:-]?){5,7}[\da-fA-F]{2}$/.test(value),
  CRYPTO: (value) => /^[A-Za-z0-9:]{25,110}$/.test(value) && /\d/.test(value),
  PASSPORT: (value) => isCode(value, 5, 15),
  LICENSE: (value) => isCode(value, 4, 25),
  USERNAME: (value) => /^[^\s/]{2,64}$/.test(value) && /\p{L}/u.test(value) && !isUuid(value),
  MEDICAL: (value) => isCode(value, 4, 25) || /\p{L}{3}/u.test(value),
  SECRET: (value) => value.length >= (/^\d+$/.test(value) ? 3 : 4) && !/^[*•xX.\-_]+$/.test(value),
};

/** Kinds whose value may be anything where only the key is sure of it. */
const SURE_SECRET = /[\d\W_]/;

/** Whether a whole value can be of a kind that its key names. */
function fitsKind(kind: string, value: string): boolean {
  const trimmed = value.trim();
  if (trimmed === "" || NOTHING.has(trimmed.toLowerCase())) return false;
  return FITS[kind]?.(trimmed) ?? true;
}

/** Whether a value is as random as a key: of a length, and with digits or signs among letters. */
export function looksRandom(value: string): boolean {
  return value.length >= 8 && !/\s/.test(value) && SURE_SECRET.test(value) &&
    /\p{L}|\d{6}/u.test(value);
}

function looksLikeName(value: string): boolean {
  if (value.length === 1) return /\p{Lo}/u.test(value);
  if (value.length > MAX_NAME || /[\d_@:/\\<>{}[\]=|#]/.test(value)) return false;
  const words = value.split(/[\s,]+/).filter((word) => word !== "");
  return words.length <= 7 && /\p{L}/u.test(value);
}

function isCode(value: string, shortest: number, longest: number): boolean {
  return value.length >= shortest && value.length <= longest && /\d/.test(value) &&
    /^[\p{L}\d][\p{L}\d\s./\-*:]*$/u.test(value) && !isMoment(value) &&
    !/^\d+\.\d+$/.test(value);
}

function isIdentifier(value: string): boolean {
  return isUuid(value) || /^0x[\da-f]+$/i.test(value) || /^[\da-f]{16,}$/i.test(value) ||
    /^(?:https?|file|ftp):\/\//i.test(value);
}

function isUuid(value: string): boolean {
  return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(value);
}

function isMoment(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/.test(value);
}

function isDate(value: string): boolean {
  return isWrittenDate(value) || /^(?:19|20)\d{6}$/.test(value) ||
    /^\d{1,2}[ .]\d{1,2}[ .]\d{4}$/.test(value);
}

function digitCount(value: string): number {
  return value.replace(/\D/g, "").length;
}

const MAX_WORDS = 6;
const PARTICLE =
  /^(?:van|von|de|da|do|dos|di|del|della|der|den|du|la|le|ter|ten|el|al|bin|ibn|ben|af|av|y|e|och|und|and|mr|mrs|ms|dr|prof)\.?$/i;

/**
 * Whether a whole value reads as a person's name: words that a list of names knows, or two and more
 * capitalised words that are not everyday English.
 */
function isLikelyName(value: string): boolean {
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

/** What stands where a value will be put: `${NAME}`, `$(NAME)`, `{{name}}`, `<YOUR_KEY>`, `!Ref`. */
const MARKED =
  /^\$?\{\{?[^{}]*\}?\}|^\$\(|^<[^<>]*>$|^%[({]|^%\w+%$|^![A-Za-z]+$|^(?:Bearer |Basic |Token )?(?:\$(?!\w{1,12}\$)|\*{3}|<)|x{6}|X{6}|^[A-Z]+(?:_[A-Z]+)+$|(?:^|_)(?:YOUR|HERE|CHANGE_?ME)(?:_|$)/;
/** Words that tell the reader to put something in, or that it is made up; nothing but words joined. */
const TELLING =
  /^(?:(?:your|replace|insert|enter|put|add|my)[_.-](?=[A-Za-z_.-]*(?:key|token|secret|pass|credential|value|here|me$))[A-Za-z_.-]+|[A-Za-z_.-]+[_.-]here|replace_?me|placeholder|dummy|fake|examples?|sample|redacted)$/i;

/** Whether a value only stands for one: it is marked so, or its words say so and it has nothing else. */
export function isPlaceholder(value: string): boolean {
  return MARKED.test(value) || TELLING.test(value);
}
