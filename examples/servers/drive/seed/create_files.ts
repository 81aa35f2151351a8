import { COUNTRY_CODES } from "../../crm/seed/countries.ts";
import { generateLeads } from "../../crm/seed/generate_leads.ts";
import type { Lead } from "../../crm/lead.ts";
import { SeededRandom } from "../../seeded_random.ts";
import type { DriveFile, DriveSheet } from "../file.ts";
import { writeContract } from "./write_contract.ts";
import { writeTranscript } from "./write_transcript.ts";

const HANDBOOK = `# Sales handbook

1. A lead is qualified when budget, need and date are known.
2. Write down what was agreed on the same day; attach the transcript of long meetings.
3. Ask before you delete. Duplicates are merged first, then deleted.
4. Personal data stays in the CRM. A sheet holds an address only while it is needed.
5. Discounts above ten per cent need a second pair of eyes.
`;

/** What the drive starts with. The people in its files are leads of the CRM sample. */
export function createFiles(): DriveFile[] {
  const random = new SeededRandom(1960);
  const leads = [...generateLeads(2_000)];
  const [customer, supplier, ...others] = leads.slice(41, 47) as [Lead, Lead, ...Lead[]];
  return [
    { kind: "document", id: "doc-handbook", title: "Sales handbook", text: HANDBOOK },
    {
      kind: "document",
      id: "doc-contract",
      title: `Framework agreement with ${customer.company}`,
      text: writeContract([customer, supplier], random),
    },
    {
      kind: "document",
      id: "doc-transcript",
      title: `Quarterly review with ${customer.company}, transcript`,
      text: writeTranscript([customer, supplier, ...others], random),
    },
    createTargets(random),
    createAttendees(leads, random),
    createExpenses(leads, random),
  ];
}

function createTargets(random: SeededRandom): DriveSheet {
  const quarters = ["Q1", "Q2", "Q3", "Q4"];
  return {
    kind: "sheet",
    id: "sheet-targets",
    title: "Sales targets 2026",
    columns: ["country", "quarter", "target_eur"],
    rows: COUNTRY_CODES.flatMap((country) =>
      quarters.map((quarter) => [country, quarter, random.integer(40, 400) * 1_000])
    ),
  };
}

/** Every tenth lead, so that the sheet and the CRM can be joined by e-mail. */
function createAttendees(leads: readonly Lead[], random: SeededRandom): DriveSheet {
  return {
    kind: "sheet",
    id: "sheet-attendees",
    title: "Webinar attendees",
    columns: ["name", "email", "company", "minutes_attended", "asked_question"],
    rows: leads.filter((_, index) => index % 10 === 0).map((
      { name, email, company },
    ) => [name, email, company, random.integer(1, 60), random.chance(0.2)]),
  };
}

function createExpenses(leads: readonly Lead[], random: SeededRandom): DriveSheet {
  const categories = ["train", "hotel", "meal", "taxi", "fair ticket"];
  return {
    kind: "sheet",
    id: "sheet-expenses",
    title: "Travel expenses 2025",
    columns: ["date", "category", "amount_eur", "visited", "remark"],
    rows: Array.from({ length: 1_000 }, () => {
      const { name, phone } = random.pick(leads);
      const remark = random.chance(0.3) ? `Receipt missing, ask ${name} (${phone})` : null;
      return [
        random.day(2025, 2025),
        random.pick(categories),
        random.integer(400, 40_000) / 100,
        name,
        remark,
      ];
    }),
  };
}
