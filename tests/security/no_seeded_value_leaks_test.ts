import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { generateLeads } from "../../examples/servers/crm/seed/generate_leads.ts";
import { sampled } from "../fixtures/sampled.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { filesIn } from "../fixtures/watched_runtime.ts";
import { crmPrograms } from "./crm_programs.ts";

const project = new URL("../../", import.meta.url).pathname;
const EXAMPLES = ["leads", "poll_until_done", "transcript_to_crm"];
const GENERATED = 200;
const AT_ONCE = 4;
/** What a program says that sends a mail that arrives, and one that changes a lead. */
const SENDS = 'subject: "Hello';
const CHANGES = 'notes: "Called';

/** What nobody may ever read: each with the field of the lead that it is of. */
function seededValues(): Map<string, string> {
  const values = new Map<string, string>();
  for (const lead of generateLeads()) {
    for (const field of ["name", "email", "phone", "national_id", "birth_date"] as const) {
      values.set(lead[field], field);
    }
  }
  return values;
}

/** The seeded values that stand in a text. */
function found(text: string, values: ReadonlyMap<string, string>): string[] {
  const byBeginning = Map.groupBy(values.keys(), (value) => value.slice(0, 6));
  const leaks = new Set<string>();
  for (let at = 0; at < text.length; at++) {
    for (const value of byBeginning.get(text.slice(at, at + 6)) ?? []) {
      if (!text.startsWith(value, at) || /\w/.test(text[at - 1] ?? " ")) continue;
      if (/\w/.test(text[at + value.length] ?? " ")) continue;
      leaks.add(`${values.get(value)} ${value}: …${text.slice(Math.max(0, at - 80), at + 60)}…`);
    }
  }
  return [...leaks];
}

Deno.test("no value of 10,000 leads is in anything that programs leave behind, and the CRM gets the real ones", async () => {
  const programs = sampled(crmPrograms(GENERATED), {
    keep: 8,
    name: "programs over leads",
    kinds: (code) => [SENDS, CHANGES].filter((part) => code.includes(part)),
  });
  const outside = await Deno.makeTempDir();
  const path = join(outside, "crm.sqlite");
  const crm = join(project, "examples/servers/crm.ts");
  {
    await using runtime = await startTestRuntime({
      servers: ["drive"],
      mcpServers: {
        crm: { command: "deno", args: ["run", "-A", crm, "--db", path] },
      },
      limits: { timeoutMs: 120_000 },
    });
    const recorded: string[] = [];
    const run = async (code: string, session?: string) => {
      const onEvent = (event: unknown) => void recorded.push(JSON.stringify(event));
      const result = await runtime.run({ code, onEvent, ...(session && { session }) });
      recorded.push(JSON.stringify(result));
      return result;
    };
    // The names of leads are known by the time that a transcript is read.
    for (const example of EXAMPLES) {
      const code = await Deno.readTextFile(join(project, `examples/${example}.ts`));
      assertEquals((await run(code, "examples")).error, null, example);
    }
    const outcomes: string[] = [];
    await Promise.all(Array.from({ length: AT_ONCE }, async (_, lane) => {
      for (let index = lane; index < programs.length; index += AT_ONCE) {
        const { error } = await run(programs[index]!, index % 3 === 0 ? "shared" : undefined);
        outcomes.push(error?.code ?? "completed");
      }
    }));
    const expected = ["completed", "PROGRAM_THREW", "ARGUMENTS_INVALID"];
    assertEquals(outcomes.filter((outcome) => !expected.includes(outcome)), []);
    assert(outcomes.filter((outcome) => outcome === "completed").length > programs.length / 4);

    const values = seededValues();
    for (const file of await filesIn(runtime.root)) {
      recorded.push(file, new TextDecoder().decode(await Deno.readFile(file)));
    }
    assert(recorded.join("").includes("[EMAIL_"));
    assertEquals(found(recorded.join("\n"), values), []);
  }
  const database = new DatabaseSync(path, { readOnly: true });
  const sent = database.prepare(`SELECT "to", subject, body FROM outbox`).all();
  const changed = database.prepare("SELECT notes FROM leads WHERE notes LIKE 'Called %'").all();
  database.close();
  assert(
    sent.length >= programs.filter((code) => code.includes(SENDS)).length / 2 &&
      changed.length >= programs.filter((code) => code.includes(CHANGES)).length / 2,
    `${sent.length} sent, ${changed.length} changed`,
  );
  const written = JSON.stringify([sent, changed]);
  assert(!/\[[A-Z_]+_\d+_[a-z0-9]+\]/.test(written), written.slice(0, 2_000));
  const emails = new Set(generateLeads().map(({ email }) => email));
  for (const { to } of sent) assert(emails.has(String(to)), String(to));
  await Deno.remove(outside, { recursive: true });
});
