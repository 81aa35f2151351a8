import { assert, assertEquals, assertMatch } from "@std/assert";
import { generateLeads } from "../../examples/servers/crm/seed/generate_leads.ts";
import { type Lead, lead } from "../../examples/servers/crm/lead.ts";

const LEADS = [...generateLeads()];

const FIRST: Lead = {
  id: "lead-00001",
  name: "Alfie O'Brien",
  email: "alfie.obrien@goldcrest-shipping.example.com",
  phone: "+44 117 496 0381",
  company: "Goldcrest Shipping",
  country: "GB",
  national_id: "JL 48 83 24 C",
  birth_date: "1953-01-27",
  status: "contacted",
  score: 84,
  deal_value: 77_100,
  created_at: "2023-12-28T08:00:00.000Z",
  updated_at: "2024-04-02T16:30:00.000Z",
  notes: "Colleague George Yates joins the next call. " +
    "Compared us with two others and liked the support most.",
};

Deno.test("generateLeads makes 10,000 valid leads with ids in order", () => {
  assertEquals(LEADS.length, 10_000);
  for (const [index, row] of LEADS.entries()) {
    assertEquals(lead.safeParse(row).error, undefined);
    assertEquals(row.id, `lead-${String(index + 1).padStart(5, "0")}`);
  }
});

Deno.test("generateLeads makes the same leads each time, and fewer are the first of more", () => {
  assertEquals([...generateLeads(2_000)], LEADS.slice(0, 2_000));
});

Deno.test("generateLeads makes up this first lead, whatever the machine", () => {
  assertEquals(LEADS[0], FIRST);
});

Deno.test("generateLeads gives each person another e-mail, under a reserved domain", () => {
  const persons = LEADS.filter(({ status }) => status !== "duplicate");
  assertEquals(new Set(persons.map(({ email }) => email)).size, persons.length);
  for (const { email } of persons) assertMatch(email, /^[a-z0-9.-]+@[a-z-]+\.example\.com$/);
});

Deno.test("generateLeads makes 40 duplicates, each of the person before", () => {
  const places = LEADS.keys().filter((index) => LEADS[index]?.status === "duplicate").toArray();
  assertEquals(places.length, 40);
  for (const place of places) {
    const [original, copy] = LEADS.slice(place - 1, place + 1) as [Lead, Lead];
    assertEquals(
      [copy.name, copy.email, copy.phone, copy.national_id, copy.notes],
      [original.name, original.email, original.phone, original.national_id, original.notes],
    );
  }
});

Deno.test("generateLeads uses each status and each country often", () => {
  for (const status of lead.shape.status.options) {
    assert(LEADS.filter((row) => row.status === status).length >= 40, status);
  }
  for (const country of lead.shape.country.options) {
    assert(LEADS.filter((row) => row.country === country).length >= 1_000, country);
  }
});

Deno.test("generateLeads writes personal data of the lead into prose", () => {
  for (const field of ["name", "email", "phone", "national_id", "birth_date"] as const) {
    assert(LEADS.filter((row) => row.notes.includes(row[field])).length >= 500, field);
  }
});

Deno.test("generateLeads writes IBANs and card numbers that hold by their checks", () => {
  const notes = LEADS.map((row) => row.notes).join("\n");
  const ibans = notes.match(/(?<=refunded to )[A-Z0-9 ]+/g) ?? [];
  const cards = notes.match(/(?<=by card )[0-9 ]+/g) ?? [];
  assert(ibans.length >= 500 && cards.length >= 500);
  for (const iban of ibans) assert(isIban(iban.replaceAll(" ", "")), iban);
  for (const card of cards) assert(passesLuhn(card.replaceAll(" ", "")), card);
});

for (const [country, holds] of Object.entries(nationalIdChecks())) {
  Deno.test(`generateLeads makes national ids of ${country} that hold by their scheme`, () => {
    const rows = LEADS.filter((row) => row.country === country);
    for (const row of rows) assert(holds(row), `${row.national_id}, born ${row.birth_date}`);
    const persons = rows.filter(({ status }) => status !== "duplicate");
    assertEquals(new Set(persons.map((row) => row.national_id)).size, persons.length);
  });
}

/** What each scheme's keeper publishes, put as a check and not as a recipe. */
function nationalIdChecks(): Record<Lead["country"], (row: Lead) => boolean> {
  return {
    US: ({ national_id: id }) => /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/.test(id),
    GB: ({ national_id: id }) =>
      /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] \d\d \d\d \d\d [A-D]$/.test(id),
    DE: ({ national_id: id }) => {
      const distinct = new Set(id.slice(0, 10)).size;
      const product = [...id.slice(0, 10)].reduce(
        (before, digit) => ((Number(digit) + before) % 10 || 10) * 2 % 11,
        10,
      );
      return /^[1-9]\d{10}$/.test(id) && distinct === 9 && (product + Number(id[10])) % 10 === 1;
    },
    FR: ({ national_id: id, birth_date }) => {
      const [sex = "", year, month] = id.split(" ");
      const whole = BigInt(id.replaceAll(" ", ""));
      return "12".includes(sex) && `${year}-${month}` === birth_date.slice(2, 7) &&
        whole / 100n % 97n + whole % 100n === 97n;
    },
    ES: ({ national_id: id }) =>
      /^\d{8}[A-Z]$/.test(id) && "TRWAGMYFPDXBNJZSQVHLCKE".indexOf(id[8]!) === parseInt(id) % 23,
    NL: ({ national_id: id }) =>
      /^\d{9}$/.test(id) && sum(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    PL: ({ national_id: id, birth_date }) => {
      const month = Number(id.slice(2, 4));
      const born = `${month > 20 ? 20 : 19}${id.slice(0, 2)}-` +
        `${String(month % 20).padStart(2, "0")}-${id.slice(4, 6)}`;
      return /^\d{11}$/.test(id) && born === birth_date &&
        sum(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
    },
    BR: ({ national_id: id }) => {
      const digits = id.replace(/[.-]/g, "");
      return /^\d{3}\.\d{3}\.\d{3}-\d{2}$/.test(id) && new Set(digits).size > 1 &&
        sum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 === Number(digits[9]) &&
        sum(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 === Number(digits[10]);
    },
  };
}

function sum(digits: string, weights: readonly number[]): number {
  return weights.reduce((total, weight, place) => total + weight * Number(digits[place]), 0);
}

function isIban(iban: string): boolean {
  const lengths: Record<string, number> = {
    GB: 22,
    DE: 22,
    FR: 27,
    ES: 24,
    NL: 18,
    PL: 28,
    BR: 29,
  };
  const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
  const digits = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return iban.length === lengths[iban.slice(0, 2)] && BigInt(digits) % 97n === 1n;
}

function passesLuhn(card: string): boolean {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const total = [...card].reduce(
    (sum, digit, place) => sum + (place % 2 === 0 ? doubled[Number(digit)]! : Number(digit)),
    0,
  );
  return card.length === 16 && total % 10 === 0;
}
