import type { SeededRandom } from "../../seeded_random.ts";
import { COUNTRIES, type CountryCode } from "./countries.ts";

/** An IBAN of the country with right check digits, in groups of four; none where it has none. */
export function createIban(country: CountryCode, random: SeededRandom): string | undefined {
  const pattern = COUNTRIES[country].iban;
  if (pattern === undefined) return undefined;
  const account = random.fill(pattern);
  const check = 98 - remainder(digitsOf(`${account}${country}00`), 97);
  return `${country}${String(check).padStart(2, "0")}${account}`.replace(/(.{4})(?=.)/g, "$1 ");
}

/** A card number of sixteen digits that passes the Luhn test, in groups of four. */
export function createCardNumber(random: SeededRandom): string {
  const digits = random.fill(`4${"#".repeat(14)}`);
  return `${digits}${luhnCheckDigit(digits)}`.replace(/(.{4})(?=.)/g, "$1 ");
}

/** Letters become two digits each: A is 10, Z is 35. */
function digitsOf(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String(Number.parseInt(letter, 36)));
}

/** Digit by digit, because the number is too long for a `number`. */
function remainder(digits: string, divisor: number): number {
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % divisor, 0);
}

function luhnCheckDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - sum % 10) % 10;
}
