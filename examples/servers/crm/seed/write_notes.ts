import type { SeededRandom } from "../../seeded_random.ts";
import { COUNTRIES, type CountryCode } from "./countries.ts";
import { createCardNumber, createIban } from "./payment_numbers.ts";

/** The person that notes are about. */
export interface NoteSubject {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly country: CountryCode;
  readonly national_id: string;
  readonly birth_date: string;
}

type Sentence = (subject: NoteSubject, random: SeededRandom) => string;

/** Sentences that give away something about the lead or about somebody else. */
const PERSONAL: readonly Sentence[] = [
  ({ name, phone }) => `Called ${name} on ${phone}, please ring back after 17:00.`,
  ({ name }, random) => `${name} is away until ${day(random)}; the assistant takes messages.`,
  ({ email }) => `Send the revised quote to ${email} and nobody else.`,
  ({ country }, random) => `Deliver samples to ${random.fill(address(country, random))}.`,
  ({ birth_date }) => `Identity checked by phone: born ${birth_date}, answered all questions.`,
  ({ national_id }) => `The contract needs the national id, ${national_id}, on page two.`,
  ({ country }, random) => `Colleague ${somebody(country, random)} joins the next call.`,
  ({ country }, random) =>
    `Private number of ${somebody(country, random)}: ${random.fill(phone(country, random))}.`,
  ({ country }, random) => {
    const iban = createIban(country, random);
    return iban ? `Deposit refunded to ${iban}.` : "Deposit refunded by cheque.";
  },
  (_subject, random) => `Paid the starter kit by card ${createCardNumber(random)}.`,
  ({ name }, random) => `Last login of ${name} from ${random.fill("203.0.113.#")}, ${day(random)}.`,
];

/** Sentences that look like personal data here and there and are none. */
const BUSINESS: readonly Sentence[] = [
  (_subject, random) => `Order PO-2025-${random.fill("######")} is open.`,
  (_subject, random) => `Wants the fix of release 2.${random.fill("#.##")} before signing.`,
  (_subject, random) => `Budget is ${random.integer(5, 90)} 000 euros for ${day(random)}.`,
  (_subject, random) =>
    `Asked for ${random.integer(3, 400)} units of part ${random.fill("@@-####")}.`,
  () => "Compared us with two others and liked the support most.",
  () => "Prefers a yearly invoice and a short pilot.",
  () => "No decision before the board meets in spring.",
];

/** One to three sentences by the sales team, most of them with personal data in prose. */
export function writeNotes(subject: NoteSubject, random: SeededRandom): string {
  const personal = random.sample(PERSONAL, random.integer(0, 2));
  const sentences = [...personal, random.pick(BUSINESS)];
  return sentences.map((sentence) => sentence(subject, random)).join(" ");
}

function day(random: SeededRandom): string {
  return random.day(2025, 2026);
}

function address(country: CountryCode, random: SeededRandom): string {
  return random.pick(COUNTRIES[country].addresses);
}

function phone(country: CountryCode, random: SeededRandom): string {
  return random.pick(COUNTRIES[country].phones);
}

function somebody(country: CountryCode, random: SeededRandom): string {
  const { givenNames, familyNames } = COUNTRIES[country];
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}
