import { isSupportedCountry, parsePhoneNumberFromString } from "npm:libphonenumber-js@1.13.16/min";
import type { CountryCode } from "npm:libphonenumber-js@1.13.16/min";

/** A number as written, and what is known about it. */
export interface PhoneCandidate {
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
