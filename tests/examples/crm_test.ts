import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Lead } from "../../examples/servers/crm/lead.ts";
import { generateLeads } from "../../examples/servers/crm/seed/generate_leads.ts";
import { assertTools } from "./_assert_tools.ts";
import { connectServer } from "./_connect_server.ts";

interface Page {
  leads: Lead[];
  total: number;
  next_cursor: string | null;
}

Deno.test("crm describes and annotates every tool", async () => {
  await using crm = await connectServer("crm");
  assertTools(await crm.tools(), {
    list_leads: "reads, idempotent, typed",
    get_lead: "reads, idempotent, typed",
    search_leads: "reads, idempotent",
    update_lead: "destroys, idempotent",
    delete_lead: "destroys, idempotent",
    send_email: "adds, open world",
    list_sent_emails: "reads, idempotent",
    import_note: "adds, idempotent, typed",
    list_notes: "reads, idempotent, typed",
    get_note: "reads, idempotent, typed",
    start_export: "adds, typed",
    export_status: "reads, typed",
  });
});

Deno.test("crm list_leads pages through 10,000 leads, each once and by id", async () => {
  await using crm = await connectServer("crm");
  const seen: Lead[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page: Page = await crm.structured("list_leads", {
      limit: 3_000,
      ...(cursor === null ? {} : { cursor }),
    });
    assertEquals(page.total, 10_000);
    seen.push(...page.leads);
    cursor = page.next_cursor;
    pages++;
  } while (cursor !== null);
  assertEquals(pages, 4);
  assertEquals(seen, [...generateLeads()]);
});

Deno.test("crm list_leads returns all leads at once where asked to, and the last page ends", async () => {
  await using crm = await connectServer("crm");
  const { leads, next_cursor } = await crm.structured<Page>("list_leads", { limit: 10_000 });
  assertEquals(leads.length, 10_000);
  assertEquals(next_cursor, null);
});

Deno.test("crm list_leads applies all conditions together and counts on all pages", async () => {
  await using crm = await connectServer("crm");
  const expected = [...generateLeads()].filter((lead) =>
    lead.status === "won" && lead.country === "ES" && lead.score >= 50 && lead.deal_value >= 100_000
  );
  const { leads, total, next_cursor } = await crm.structured<Page>("list_leads", {
    status: "won",
    country: "ES",
    min_score: 50,
    min_deal_value: 100_000,
    limit: 2,
  });
  assert(expected.length > 2);
  assertEquals(leads, expected.slice(0, 2));
  assertEquals(total, expected.length);
  assertEquals(next_cursor, expected[1]?.id);
});

Deno.test("crm names the field of an argument that is wrong", async () => {
  await using crm = await connectServer("crm");
  assertStringIncludes(await crm.failure("list_leads", { limit: 10_001 }), "limit");
  assertStringIncludes(await crm.failure("list_leads", { status: "sold" }), "status");
  assertStringIncludes(await crm.failure("get_lead", { lead_id: "42" }), "lead_id");
});

Deno.test("crm get_lead returns the lead, or says that there is none", async () => {
  await using crm = await connectServer("crm");
  const [, , third] = generateLeads(3);
  assertEquals(await crm.structured<Lead>("get_lead", { lead_id: "lead-00003" }), third as Lead);
  assertEquals(
    await crm.failure("get_lead", { lead_id: "lead-99999" }),
    'Unknown lead: there is no "lead-99999"',
  );
});

Deno.test("crm search_leads finds a text as it is, without the notes", async () => {
  await using crm = await connectServer("crm");
  const [first] = generateLeads(1);
  const found = await crm.json<{ leads: Lead[] }>("search_leads", {
    query: first?.email.toUpperCase(),
  });
  const { notes: _, ...rest } = first as Lead;
  assertEquals(found.leads as unknown, [rest]);
  assertEquals(await crm.json("search_leads", { query: "%%" }), { leads: [] });
  assertEquals(await crm.json("search_leads", { query: "a_f" }), { leads: [] });
});

Deno.test("crm update_lead overwrites the fields given and no other", async () => {
  await using crm = await connectServer("crm");
  const lead_id = "lead-00007";
  const before = await crm.structured<Lead>("get_lead", { lead_id });
  await crm.json("update_lead", { lead_id, status: "won", score: 100 });
  const after = await crm.structured<Lead>("get_lead", { lead_id });
  assert(after.updated_at > before.updated_at);
  assertEquals(after, { ...before, status: "won", score: 100, updated_at: after.updated_at });
});

Deno.test("crm update_lead refuses no change, and a lead that is not there", async () => {
  await using crm = await connectServer("crm");
  assertStringIncludes(await crm.failure("update_lead", { lead_id: "lead-00007" }), "no field");
  assertStringIncludes(
    await crm.failure("update_lead", { lead_id: "lead-00000", score: 1 }),
    "Unknown lead",
  );
});

Deno.test("crm delete_lead deletes the 40 duplicates, each once, with their notes", async () => {
  await using crm = await connectServer("crm");
  const { leads } = await crm.structured<Page>("list_leads", { status: "duplicate" });
  assertEquals(leads.length, 40);
  const [{ id: lead_id }] = leads as [Lead];
  const { note_id } = await crm.structured<{ note_id: string }>("import_note", {
    lead_id,
    title: "A call",
    text: "Hello",
  });
  for (const { id } of leads) {
    assertEquals(await crm.json("delete_lead", { lead_id: id }), { deleted: id });
  }
  assertEquals((await crm.structured<Page>("list_leads", { limit: 1 })).total, 9_960);
  assertStringIncludes(await crm.failure("delete_lead", { lead_id }), "Unknown lead");
  assertStringIncludes(await crm.failure("get_note", { note_id }), "Unknown note");
});

Deno.test("crm send_email writes into the outbox, and only to addresses of leads", async () => {
  await using crm = await connectServer("crm");
  const { id: lead_id, email: to } = await crm.structured<Lead>("get_lead", {
    lead_id: "lead-00005",
  });
  const email = { to, subject: "Your quote", body: "As agreed on the phone." };
  const { email_id, sent_at } = await crm.json<Record<string, string>>("send_email", email);
  assertEquals(
    await crm.failure("send_email", { ...email, to: "nobody@example.com" }),
    'Unknown recipient: no lead has the address "nobody@example.com"',
  );
  await crm.json("send_email", { ...email, subject: "Once more" });
  const { emails } = await crm.json<{ emails: unknown[] }>("list_sent_emails", { lead_id });
  assertEquals(emails.length, 2);
  assertEquals(emails[1], { email_id, lead_id, ...email, sent_at });
  assertEquals(await crm.json("list_sent_emails", { lead_id: "lead-00006" }), { emails: [] });
});

Deno.test("crm import_note keeps a long text exactly, and the same note once", async () => {
  await using crm = await connectServer("crm");
  const text = 'Zażółć gęślą jaźń, "quoted" \\ and 😀.\n'.repeat(10_000);
  const note = { lead_id: "lead-00042", title: "Call", text };
  const first = await crm.structured<{ note_id: string }>("import_note", note);
  assertEquals(await crm.structured("import_note", note), first);
  const { text: _, ...header } = { ...note, note_id: first.note_id, characters: text.length };
  assertEquals(await crm.structured("list_notes", { lead_id: note.lead_id }), { notes: [header] });
  assertEquals(await crm.structured("get_note", { note_id: first.note_id }), { ...header, text });
  assertStringIncludes(
    await crm.failure("import_note", { ...note, lead_id: "lead-99999" }),
    "Unknown lead",
  );
});

Deno.test("crm export goes from pending to done in four looks, and its file has every lead", async () => {
  await using crm = await connectServer("crm");
  const { total } = await crm.structured<Page>("list_leads", { status: "lost", limit: 1 });
  const { export_id } = await crm.structured<{ export_id: string }>("start_export", {
    status: "lost",
  });
  const looks: Record<string, unknown>[] = [];
  for (let look = 0; look < 4; look++) {
    looks.push(await crm.structured("export_status", { export_id }));
  }
  assertEquals(
    looks.map(({ state, percent }) => `${state} ${percent}`),
    ["pending 0", "running 35", "running 70", "done 100"],
  );
  const { rows, bytes, uri } = looks[3] as { rows: number; bytes: number; uri: string };
  const file = await crm.resource(uri);
  assertEquals(rows, total);
  assertEquals(new TextEncoder().encode(file).length, bytes);
  assertEquals(file.trimEnd().split("\r\n").length, total + 1);
  assertMatch(file, /^id,name,email,/);
});

Deno.test("crm export without a lead fails in a way that a program can see", async () => {
  await using crm = await connectServer("crm");
  // Every duplicate has the score 0.
  const { export_id } = await crm.structured<{ export_id: string }>("start_export", {
    status: "duplicate",
    min_score: 1,
  });
  const looks: { state: string; error?: string }[] = [];
  for (let look = 0; look < 4; look++) {
    looks.push(await crm.structured("export_status", { export_id }));
  }
  assertEquals([looks[3]?.state, looks[3]?.error], ["failed", "No lead matches the filter"]);
  assertStringIncludes(
    await crm.failure("export_status", { export_id: "export-99" }),
    'Unknown export: there is no "export-99"',
  );
});

Deno.test("crm --db fills a database once and keeps what was changed", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const options = {
      permissions: [`--allow-read=${folder}`, `--allow-write=${folder}`],
      args: ["--db", join(folder, "crm.sqlite")],
    };
    {
      await using crm = await connectServer("crm", options);
      await crm.json("delete_lead", { lead_id: "lead-00001" });
    }
    await using crm = await connectServer("crm", options);
    assertEquals((await crm.structured<Page>("list_leads", { limit: 1 })).total, 9_999);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("crm explains its usage where it does not know an argument", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "examples/servers/crm.ts", "--database", "x"],
  }).output();
  assertEquals(code, 2);
  assertEquals(new TextDecoder().decode(stderr), "Usage: crm.ts [--db FILE]\n");
});
