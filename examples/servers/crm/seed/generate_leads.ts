import { SeededRandom } from "../../seeded_random.ts";
import type { Lead } from "../lead.ts";
import { COMPANIES } from "./companies.ts";
import { COUNTRIES, COUNTRY_CODES } from "./countries.ts";
import { NATIONAL_IDS } from "./national_ids.ts";
import { writeNotes } from "./write_notes.ts";

/** How many leads the CRM starts with. */
export const LEAD_COUNT = 10_000;

/** Every so many leads one is a second record of the person before it: 40 in 10,000. */
const DUPLICATE_EVERY = 250;

/** How often each status occurs, by the number of mentions. */
const STATUSES =
  "new new new new contacted contacted contacted qualified qualified proposal won won lost"
    .split(" ") as readonly Lead["status"][];

/** Makes up leads, always the same ones: `lead-00001`, `lead-00002` … */
export function* generateLeads(count: number = LEAD_COUNT): Generator<Lead, void> {
  const random = new SeededRandom(7420);
  const emails = new Set<string>();
  let before: Lead | undefined;
  for (let number = 1; number <= count; number++) {
    const id = `lead-${String(number).padStart(5, "0")}`;
    before = before && number % DUPLICATE_EVERY === 0
      ? { ...before, id, status: "duplicate", score: 0, deal_value: 0 }
      : createLead(id, emails, random);
    yield before;
  }
}

function createLead(id: string, emails: Set<string>, random: SeededRandom): Lead {
  const country = random.pick(COUNTRY_CODES);
  const { givenNames, familyNames, phones } = COUNTRIES[country];
  const name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
  const company = random.pick(COMPANIES);
  const email = uniqueEmail(name, company.domain, emails);
  const phone = random.fill(random.pick(phones));
  const birth_date = random.day(1950, 2004);
  const national_id = NATIONAL_IDS[country](birth_date, random);
  return {
    id,
    name,
    email,
    phone,
    company: company.name,
    country,
    national_id,
    birth_date,
    status: random.pick(STATUSES),
    score: random.integer(0, 100),
    // Squared, so that small deals are many and large ones few.
    deal_value: 500 + Math.round(random.next() ** 2 * 4_990) * 50,
    created_at: `${random.day(2023, 2023)}T08:00:00.000Z`,
    updated_at: `${random.day(2024, 2024)}T16:30:00.000Z`,
    notes: writeNotes({ name, email, phone, country, national_id, birth_date }, random),
  };
}

/** `given.family@domain`, with a number behind it where that is taken. */
function uniqueEmail(name: string, domain: string, emails: Set<string>): string {
  const user = name.split(" ").map(slugOf).join(".");
  let email = `${user}@${domain}`;
  for (let number = 2; emails.has(email); number++) email = `${user}${number}@${domain}`;
  emails.add(email);
  return email;
}

/** Kept, because the same few hundred names come back ten thousand times. */
const slugs = new Map<string, string>();

function slugOf(word: string): string {
  let slug = slugs.get(word);
  if (slug === undefined) {
    const letters = word.toLowerCase().replace("ł", "l").normalize("NFD");
    slug = letters.replace(/[^a-z-]/g, "");
    slugs.set(word, slug);
  }
  return slug;
}
