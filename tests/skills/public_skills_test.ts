import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PUBLIC_SKILLS } from "../../src/skills/skill.ts";
import { startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const shipped = new URL("../../skills/", import.meta.url).pathname;

async function withSkills(...servers: ("crm" | "drive")[]): Promise<TestRuntime> {
  const runtime = await startTestRuntime({ servers, policy: { check: "error" } });
  for await (const { name } of Deno.readDir(shipped)) {
    if (name === ".git") continue;
    const to = join(runtime.config.folders.skills, name);
    await Deno.mkdir(to, { recursive: true });
    for await (const file of Deno.readDir(join(shipped, name))) {
      await Deno.copyFile(join(shipped, name, file.name), join(to, file.name));
    }
  }
  return runtime;
}

/** Runs a program with a skill; gives what it returned. */
async function value(runtime: TestRuntime, code: string): Promise<unknown> {
  const { error, value } = await runtime.run({ code });
  assertEquals(error, null);
  return value;
}

const FOUND_BY: Readonly<Record<string, string>> = {
  "wait for a job to finish": "poll-until",
  "pivot table with totals per category": "group-rows",
  "what changed between two lists": "diff-rows",
  "change many records with a dry run": "bulk-update",
  "save a spreadsheet as csv": "export-rows-csv",
  "move a document to another server": "copy-document",
};

Deno.test("the table of public skills has the folders that are shipped, as they are", async () => {
  await using runtime = await withSkills();
  const names = Array.from(Deno.readDirSync(shipped), ({ name }) => name).sort();
  assertEquals(names, Object.keys(PUBLIC_SKILLS).sort());
  // Only a folder with the id in the table is approved.
  const skills = await runtime.skills.list("anybody");
  assertEquals(
    skills.map(({ name, trust }) => `${name} ${trust}`),
    names.map((n) => `${n} approved`),
  );
});

Deno.test("each public skill is found by what it does, and passes the check of its own save", async () => {
  await using runtime = await withSkills();
  const names = (await runtime.skills.list("anybody")).map(({ name }) => name);
  assertEquals(names.length, 6);
  for (const [query, name] of Object.entries(FOUND_BY)) {
    const { skills } = await runtime.skills.search(query, { caller: "anybody", limit: 2 });
    assert(skills.map((skill) => skill.name).includes(name), `${query}: ${skills[0]?.name}`);
  }
  for (const name of names) {
    const code = await Deno.readTextFile(join(shipped, name, "skill.ts"));
    const draft = { name: `${name}-saved`, description: "A copy", code };
    assertEquals((await runtime.skills.save(draft, { owner: "owner" })).risk, "low", name);
  }
  const { text } = await runtime.context({ maxModelTokens: 300 });
  assert(text.includes("Import ./skills/<name> of bulk-update, "), text);
});

Deno.test("export-rows-csv writes every row once, page by page", async () => {
  await using runtime = await withSkills("crm");
  const code = `import { exportRowsCsv } from "./skills/export-rows-csv";
import { loadCsv } from "airlock";
import { list_leads } from "./servers/crm/list_leads.ts";
const made = await exportRowsCsv({
  path: "./workspace/leads.csv",
  columns: ["id", "country", "score"],
  async readPage(cursor: string | undefined) {
    const { leads, next_cursor } = await list_leads({ limit: 4_000, ...(cursor && { cursor }) });
    return { rows: leads, next: next_cursor };
  },
});
const rows = await loadCsv("leads.csv");
return { ...made, read: rows.length, ids: new Set(rows.map(({ id }) => id)).size };`;
  assertEquals(await value(runtime, code), {
    path: "./workspace/leads.csv",
    rows: 10_000,
    pages: 3,
    read: 10_000,
    ids: 10_000,
  });
});

Deno.test("copy-document brings a transcript from one server to another, whole", async () => {
  await using runtime = await withSkills("crm", "drive");
  const code = `import { copyDocument } from "./skills/copy-document";
const source = "part one, part two";
let written = "";
const copy = (readBack: () => Promise<string>) => copyDocument({
  readPart: (at) => Promise.resolve(at === 0 ? { text: source.slice(0, 9), nextOffset: 9 }
    : { text: source.slice(at) }),
  write: (text) => Promise.resolve(void (written = text)),
  readBack,
});
const good = await copy(() => Promise.resolve(written));
const bad = await copy(() => Promise.resolve("part one")).catch((error: Error) => error.message);
return { good, bad, same: written === source };`;
  assertEquals(await value(runtime, code), {
    good: { characters: 18, parts: 2, checked: true },
    bad: "Cannot copy: 8 of 18 characters arrived as sent",
    same: true,
  });
});

Deno.test("bulk-update changes nothing in a dry run, and no more than it may", async () => {
  await using runtime = await withSkills("crm");
  const code = `import { bulkUpdate } from "./skills/bulk-update";
const items = Array.from({ length: 20 }, (_, id) => ({ id }));
const made: number[] = [];
const options = {
  plan: ({ id }: { id: number }) => id % 2 === 0 ? { even: true } : undefined,
  apply: ({ id }: { id: number }) => {
    if (id === 4) return Promise.reject(new Error("locked"));
    return Promise.resolve(made.push(id));
  },
};
const dry = await bulkUpdate(items, options);
const before = made.length;
const real = await bulkUpdate(items, { ...options, dryRun: false });
const failing = await bulkUpdate(items, { ...options, dryRun: false, atOnce: 1, maxFailures: 1,
  apply: () => Promise.reject(new Error("down")) });
const many = await bulkUpdate(items, { ...options, maxChanges: 3 }).catch((e: Error) => e.message);
return { dry: [dry.planned, dry.done, dry.sample.length, before], real: [real.done, real.failed],
  failing: [failing.failed.length, failing.skipped], many };`;
  assertEquals(await value(runtime, code), {
    dry: [10, 0, 5, 0],
    real: [9, [{ item: { id: 4 }, error: "locked" }]],
    failing: [1, 9],
    many: "Cannot update: 10 changes are more than 3",
  });
});

Deno.test("poll-until waits, gives up in time, and passes on what is thrown", async () => {
  await using runtime = await withSkills();
  const code = `import { pollUntil } from "./skills/poll-until";
let looks = 0;
const seen = await pollUntil(() => Promise.resolve(++looks), { until: (n) => n === 3, everyMs: 1 });
const late = await pollUntil(() => Promise.resolve(0), { until: () => false, everyMs: 1,
  timeoutMs: 20 }).catch((error: Error) => error.message);
const thrown = await pollUntil(() => Promise.reject(new Error("failed")), { until: () => true })
  .catch((error: Error) => error.message);
return [seen, late, thrown];`;
  assertEquals(await value(runtime, code), [
    3,
    "Cannot wait any longer: after 20 ms it is still not so",
    "failed",
  ]);
});

Deno.test("group-rows and diff-rows tell what is in tables, and what is not the same", async () => {
  await using runtime = await withSkills();
  const code = `import { groupRows } from "./skills/group-rows";
import { diffRows } from "./skills/diff-rows";
const rows = [{ c: "a", n: 1 }, { c: "a", n: 3 }, { c: "b", n: "x" }, { n: 5 }];
const grouped = groupRows(rows, { by: ["c"], measure: ["n"], limit: 2 });
const diff = diffRows(
  [{ id: 1, v: { x: 1, y: 2 }, at: 1 }, { id: 2, v: 1 }, { id: 3, v: 1 }],
  [{ id: 4, v: 1 }, { id: 2, v: 2 }, { id: 1, v: { y: 2, x: 1 }, at: 9 }],
  { key: ["id"], ignore: ["at"] },
);
const twice = (() => { try { return diffRows([{ id: 1 }, { id: 1 }], [], { key: ["id"] }); }
  catch (error) { return (error as Error).message; } })();
return { grouped, diff, twice };`;
  assertEquals(await value(runtime, code), {
    grouped: {
      groups: [
        { key: { c: "a" }, count: 2, measures: { n: { sum: 4, mean: 2, min: 1, max: 3 } } },
        { key: { c: "b" }, count: 1, measures: {} },
      ],
      others: 1,
    },
    diff: {
      added: [{ id: 4, v: 1 }],
      removed: [{ id: 3, v: 1 }],
      changed: [{ key: "2", fields: { v: [1, 2] } }],
      same: 1,
    },
    twice: "Cannot compare: two rows have the key 1",
  });
});
