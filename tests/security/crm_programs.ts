/** What programs of agents do with leads; `lead` and `leads` are there. */
const STEPS: readonly string[] = [
  `console.log(lead); console.log("first: " + lead.name + " <" + lead.email + ">");`,
  `console.warn(JSON.stringify(leads.map(({ notes }) => notes)));`,
  `await send_email({ lead_id: lead.id, to: lead.email, subject: "Hello " + lead.name,
    body: "Dear " + lead.name + ",\\nwe called " + lead.phone + "." });`,
  `await update_lead({ lead_id: lead.id, notes: "Called " + lead.name + " on " + lead.phone });`,
  `console.log(await search_leads({ query: lead.email }), await search_leads({ query: lead.name }));`,
  `console.log((await list_sent_emails({ limit: 20 })).emails);`,
  `await Deno.writeTextFile("./workspace/" + lead.id + ".json", JSON.stringify(leads));
await Deno.writeTextFile("./workspace/" + lead.email + ".txt", lead.notes);`,
  `try { await get_lead({ lead_id: lead.email }); } catch (error) { console.error(error.message); }`,
  `try {
  await send_email({ lead_id: lead.id, to: leads[1].email, subject: "x", body: "y" });
} catch (error) { console.error(String(error), error.stack); }`,
  `try { await update_lead({ lead_id: lead.id, score: lead.name }); } catch (error) { console.log(error); }`,
  `console.log(await derive.domain(leads.map(({ email }) => email)), await derive.country(lead.phone));`,
  `await import_note({ lead_id: lead.id, title: "Talk with " + lead.name, text: lead.notes });
console.log(await list_notes({ lead_id: lead.id }));`,
  `const groups = Object.groupBy(leads, ({ company }) => company); console.log(groups);`,
  `console.table(leads.map(({ name, email, birth_date }) => ({ name, email, birth_date })));`,
  `console.log("%s was born %s", lead.name, lead.birth_date, [lead.national_id]);`,
];

const ENDS: readonly string[] = [
  "return leads;",
  "return lead;",
  "return { names: leads.map(({ name }) => name).join(', '), notes: leads.map(({ notes }) => notes) };",
  "return Object.fromEntries(leads.map((one) => [one.email, one.notes]));",
  "return JSON.stringify(lead);",
  "return leads.length;",
  `throw new Error("cannot go on with " + JSON.stringify(lead));`,
  `await get_lead({ lead_id: "lead of " + lead.name });`,
  "return (await list_leads({ limit: 3000 })).leads;",
];

const IMPORTS = [
  "get_lead",
  "import_note",
  "list_leads",
  "list_notes",
  "list_sent_emails",
  "search_leads",
  "send_email",
  "update_lead",
].map((tool) => `import { ${tool} } from "./servers/crm/${tool}.ts";`).join("\n");

/** Programs over the sample CRM, the same each time. */
export function crmPrograms(count: number): string[] {
  const random = makeRandom(20_261_120);
  return Array.from({ length: count }, () => {
    const steps = Array.from({ length: 2 + random(3) }, () => STEPS[random(STEPS.length)]!);
    const cursor = `lead-${String(1 + random(9_900)).padStart(5, "0")}`;
    const limit = 5 + random(40);
    const opening = `const { leads } = await list_leads({ limit: ${limit}, cursor: "${cursor}" });
const lead = leads[${random(5)}];`;
    const blocks = steps.map((step) => `{\n${step}\n}`);
    const end = ENDS[random(ENDS.length)]!;
    return [
      `import { derive } from "airlock";`,
      IMPORTS,
      opening,
      ...blocks,
      end,
    ].join("\n");
  });
}

/** Whole numbers below a bound, by a linear congruence. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
