import type { SeededRandom } from "../../seeded_random.ts";
import type { CountryCode } from "./countries.ts";

/** Makes a national id that holds by the scheme's own rules. */
export type CreateNationalId = (birthDate: string, random: SeededRandom) => string;

/** The national id scheme of each country. */
export const NATIONAL_IDS: Readonly<Record<CountryCode, CreateNationalId>> = {
  US: createSsn,
  GB: createNino,
  DE: createSteuerId,
  FR: createNir,
  ES: createDni,
  NL: createBsn,
  PL: createPesel,
  BR: createCpf,
};

/** No check digit; the areas 000, 666 and 900 up are never given out. */
function createSsn(_birthDate: string, random: SeededRandom): string {
  const area = random.integer(1, 898);
  const issued = area < 666 ? area : area + 1;
  const group = random.integer(1, 99);
  const serial = random.integer(1, 9999);
  return `${padded(issued, 3)}-${padded(group, 2)}-${padded(serial, 4)}`;
}

/** No check digit; only these of many prefixes. */
function createNino(_birthDate: string, random: SeededRandom): string {
  const prefix = random.pick(["AB", "CE", "EH", "HK", "JL", "KC", "LB", "NR", "PW", "RS", "YZ"]);
  return `${prefix} ${random.fill("## ## ##")} ${random.pick([..."ABCD"])}`;
}

/** Ten digits of which exactly one is there twice, and a check digit by ISO 7064, mod 11,10. */
function createSteuerId(_birthDate: string, random: SeededRandom): string {
  const distinct = random.sample([1, 2, 3, 4, 5, 6, 7, 8, 9], 9);
  const digits = [...distinct, distinct[random.integer(0, 7)] ?? 0];
  let product = 10;
  for (const digit of digits) {
    const sum = (digit + product) % 10 || 10;
    product = sum * 2 % 11;
  }
  return [...digits, (11 - product) % 10].join("");
}

/** Sex, year, month, department, commune, number of the birth, and 97 less the rest by 97. */
function createNir(birthDate: string, random: SeededRandom): string {
  const [year, month] = [birthDate.slice(2, 4), birthDate.slice(5, 7)];
  const department = padded(random.integer(21, 95), 2);
  const commune = padded(random.integer(1, 400), 3);
  const order = padded(random.integer(1, 999), 3);
  const parts = [random.pick(["1", "2"]), year, month, department, commune, order];
  return [...parts, padded(97 - Number(parts.join("")) % 97, 2)].join(" ");
}

/** Eight digits and the letter that stands for their rest by 23. */
function createDni(_birthDate: string, random: SeededRandom): string {
  const digits = random.fill("########");
  return digits + "TRWAGMYFPDXBNJZSQVHLCKE".charAt(Number(digits) % 23);
}

/** Nine digits that pass the "eleven test"; where no last digit passes, other ones are taken. */
function createBsn(birthDate: string, random: SeededRandom): string {
  const digits = `${random.integer(1, 9)}${random.fill("#######")}`;
  const check = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return check === 10 ? createBsn(birthDate, random) : `${digits}${check}`;
}

/** The birth date, with 20 added to the month from 2000 on, four digits and a check digit. */
function createPesel(birthDate: string, random: SeededRandom): string {
  const [year = "", month = "", day = ""] = birthDate.split("-");
  const coded = Number(year) < 2000 ? Number(month) : Number(month) + 20;
  const digits = year.slice(2) + padded(coded, 2) + day + random.fill("####");
  const check = (10 - weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10;
  return `${digits}${check}`;
}

/** Nine digits and two check digits, each from all the digits before it. */
function createCpf(_birthDate: string, random: SeededRandom): string {
  let digits = random.fill("1########");
  for (const weights of [[10, 9, 8, 7, 6, 5, 4, 3, 2], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]]) {
    const rest = weighted(digits, weights) % 11;
    digits += rest < 2 ? 0 : 11 - rest;
  }
  return digits.replace(/(...)(...)(...)(..)/, "$1.$2.$3-$4");
}

function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (const [place, weight] of weights.entries()) sum += weight * Number(digits[place]);
  return sum;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, "0");
}
