import { isWrittenDate } from "./find_birth_date.ts";
import { isIban } from "./find_iban.ts";

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
export function fitsKind(kind: string, value: string): boolean {
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

/** An ISO date, with or without a time. */
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
