import {
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from "npm:libphonenumber-js@1.13.16/min";
import type { NumberGroup } from "./number_cluster.ts";
import { type Finding, type Scan, STRENGTH } from "./scan.ts";
import { ABOUT } from "./vocabulary.ts";

/** Issuers' number ranges: first digits, and the lengths that the issuer gives out. */
const ISSUERS: readonly (readonly [RegExp, readonly number[], string])[] = [
  [/^4/, [13, 16, 19], "Visa"],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16], "Mastercard"],
  [/^3[47]/, [15], "American Express"],
  [/^(?:6011|64[4-9]|65|622)/, [16, 17, 18, 19], "Discover"],
  [/^(?:30[0-5]|309|36|38|39)/, [14, 15, 16, 17, 18, 19], "Diners Club"],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19], "JCB"],
  [/^(?:2131|1800)/, [15], "JCB"],
  [/^62/, [16, 17, 18, 19], "UnionPay"],
  [/^(?:5018|5020|5038|5893|6304|6390|67)/, [12, 13, 14, 15, 16, 17, 18, 19], "Maestro"],
  [/^220[0-4]/, [16, 17, 18, 19], "Mir"],
  [/^(?:60|508|81|82)/, [16], "RuPay"],
  [/^9792/, [16], "Troy"],
];

/** The network that gives out cards of a number's range and length. */
export function cardNetwork(digits: string): string | undefined {
  return ISSUERS.find(([first, lengths]) => first.test(digits) && lengths.includes(digits.length))
    ?.[2];
}

/** Whether the last digit is the one that the Luhn sum demands. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Whether digits are a payment card's: issuer, length and Luhn. */
export function isCard(digits: string): boolean {
  return digits.length >= 12 && digits.length <= 19 && !/^(\d)\1*$/.test(digits) &&
    passesLuhn(digits) && cardNetwork(digits) !== undefined;
}

/** A number as written, and what is known about it. */
interface PhoneCandidate {
  /** With its separators and its leading `+` or `(`, without an extension. */
  readonly written: string;
  /** Whether the words around it speak of a phone. */
  readonly isNamed: boolean;
  /** Countries whose national forms count without such words. */
  readonly regions: readonly string[];
}

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
const MIN_INTERNATIONAL = 8;
/** Country calling codes: one digit, two, or three. */
const CALLING_CODE =
  /^(?:1|7|2[07]|2[1-689]\d|3[0-469]|3[578]\d|4[013-9]|42\d|5[1-8]|5[09]\d|6[0-6]|6[789]\d|8[1246]|8[0578]\d|9[0-58]|9[679]\d)/;
/** How a number may begin that is a phone's by its form alone: nearly none does. */
const MAY_BE_BY_FORM = /^(?:[+(0]|\d[-. ]\(|(?:1[-. ])?\d{3}[-.])/;
const NORTH_AMERICAN = /^(?:1[-. ])?(?:\(\d{3}\) ?|\d{3}([-.]))\d{3}[-.]\d{4}$/;
const AREA_IN_BRACKETS = /^(?:\d \(\d{3}\)|\(0?\d{2,5}\)|\(\+\d{1,3}\)) ?\d/;
const YEAR_IN_BRACKETS = /^\((?:19|20)\d\d\)/;
const TRUNK_ZERO = /^0\d{1,5}[-. /]\d/;
const NOT_A_PHONE = [
  // A bracket that is not closed, or not opened.
  /^[^)]*\([^)]*$/,
  /^[^(]*\)/,
  // A date within.
  /(?:19|20)\d\d-\d\d-\d\d/,
  // Bytes.
  /^(?:\d\d[ .]){5,}\d\d$/,
];
/** Groups of three, two and four are a social security number's, right or wrong. */
const SOCIAL_SECURITY = /^\d{3}-\d{2}-\d{4}$/;
const ALL_ONE_DIGIT = /^(\d)\1*$/;

/** Whether digits are a phone number's; the words around it, its form or a country's plan say so. */
export function isPhone({ written, isNamed, regions }: PhoneCandidate): boolean {
  if (!isNamed && !MAY_BE_BY_FORM.test(written)) return false;
  const digits = written.replace(/\D/g, "");
  if (NOT_A_PHONE.some((shape) => shape.test(written))) return false;
  if (digits.length > MAX_DIGITS || ALL_ONE_DIGIT.test(digits)) return false;
  if (written.startsWith("+") || written.startsWith("(+")) {
    return digits.length >= MIN_INTERNATIONAL && CALLING_CODE.test(digits);
  }
  if (isNamed) return digits.length >= MIN_DIGITS - (/\D/.test(written) ? 1 : 0);
  if (digits.length < MIN_DIGITS || SOCIAL_SECURITY.test(written)) return false;
  if (NORTH_AMERICAN.test(written)) return true;
  if (AREA_IN_BRACKETS.test(written)) {
    return digits.length >= 8 && !YEAR_IN_BRACKETS.test(written);
  }
  return TRUNK_ZERO.test(written) && digits.length >= 9 && isInPlan(written, regions);
}

function isInPlan(written: string, regions: readonly string[]): boolean {
  return regions.some((region) =>
    isSupportedCountry(region) &&
    parsePhoneNumberFromString(written, region as CountryCode)?.isValid() === true
  );
}

/**
 * The US social security number that groups of digits are, if they are one.
 *
 * @param about the bits of the nearest word before them that says what a number is
 */
export function readSsn(
  { text, marks }: Scan,
  groups: readonly NumberGroup[],
  about: number,
): Finding | undefined {
  const start = groups[0]!.start;
  const end = groups.at(-1)!.end;
  const written = text.slice(start, end);
  if (end - start < 9 || end - start > 11) return undefined;
  const isNamed = (about & (ABOUT.ssn | ABOUT.nationalId)) !== 0;
  const found = (strength: number, detector: string): Finding => ({
    kind: "SSN",
    start,
    end,
    strength,
    detector,
  });
  if (/^\d{3}-\d{2}-\d{4}$/.test(written)) {
    if (isNamed) return found(STRENGTH.labelled, "ssn.named");
    const isOther = isOfLongerNumber(text, start, end) || isCalledThing(text, marks, start);
    if (!isOther && /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)/.test(written)) {
      return found(STRENGTH.pattern, "ssn.dashes");
    }
  }
  return (about & ABOUT.ssn) !== 0 && /^\d{3}([ .]?)\d{2}\1\d{4}$/.test(written)
    ? found(STRENGTH.labelled, "ssn.named")
    : undefined;
}

/** "219-09-9999-01" and "12-219-09-9999". */
function isOfLongerNumber(text: string, start: number, end: number): boolean {
  return /^-\d/.test(text.slice(end, end + 2)) ||
    /\d-$/.test(text.slice(Math.max(0, start - 2), start));
}

const THING =
  /^(?:order|invoice|ticket|sku|part|tracking|shipment|batch|serial|model|article|item|build)s?$/i;
const THING_LINK = /^(?: ?(?:number|no\.?|num|nr\.?|id|code))? ?[#:=]{0,2} ?#?$/i;

const LONGEST_LINK = 14;

/** A number that the word for a thing calls is the thing's: "order number 123-45-6789". */
function isCalledThing(text: string, { keywords }: Scan["marks"], start: number): boolean {
  const { starts, ends } = keywords;
  for (let index = starts.firstAtLeast(start) - 1; index >= 0; index--) {
    if (start - ends.at(index) > LONGEST_LINK) return false;
    const isThing = THING.test(text.slice(starts.at(index), ends.at(index)));
    if (isThing && THING_LINK.test(text.slice(ends.at(index), start))) return true;
  }
  return false;
}

/** Shapes of numbers that are of things and moments, never of people. */
const EXCLUDED: readonly (readonly [string, RegExp])[] = [
  ["a decimal or a thousand", /^\d+\.\d+$/],
  ["a UUID of digits", /^\d{8}-\d{4}-\d{4}-\d{4}-\d{12}$/],
  [
    "a date, year first",
    /^(?:1[6-9]|2[01])\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])$/,
  ],
  [
    "a date, year last",
    /^(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:1[6-9]|2[01])\d\d$/,
  ],
  ["a span of years", /^(?:1[6-9]|2[01])\d\d ?- ?(?:1[6-9]|2[01])\d\d$/],
  ["an ISBN", /^97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d$/],
  ["a version", /^\d{1,2}\.\d{1,3}\.\d{1,4}$/],
  ["a postal code of the United States", /^\d{5}-\d{4}$/],
];

/** None of the shapes has more groups, or a blank alone between its first two. */
const MOST_GROUPS = 5;

/** Whether groups of digits are a date, a decimal, an ISBN or the like. */
export function isExcludedNumber(text: string, groups: readonly NumberGroup[]): boolean {
  if (groups.length > MOST_GROUPS || groups[1]?.separator === " ") return false;
  const written = text.slice(groups[0]!.start, groups.at(-1)!.end);
  return EXCLUDED.some(([, shape]) => shape.test(written));
}
