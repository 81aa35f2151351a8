import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { parseConfig } from "../../src/config/config.ts";
import { createRuntime } from "../../src/host/create_runtime.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { IS_IN_MEMORY, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;
const ANN = { name: "ann", permission: "full" } as const;
const BOB = { name: "bob", permission: "full" } as const;

/** Ten thousand rows, counted by country: worth a skill and a file. */
const FIRST = `import { list_leads } from "./servers/crm/list_leads.ts";
import { saveJson, saveSkill } from "airlock";
const { leads } = await list_leads({ limit: 10_000 });
const counts = Object.fromEntries(Map.groupBy(leads, ({ country }) => country).entries()
  .map(([country, rows]) => [country, rows.length]));
await saveJson("counts.json", counts);
const code = \`import { list_leads } from "./servers/crm/list_leads.ts";
/** How many leads there are in each country. */
export async function countLeadsByCountry(): Promise<Record<string, number>> {
  const { leads } = await list_leads({ limit: 10_000 });
  const groups = Map.groupBy(leads, ({ country }) => country);
  return Object.fromEntries(groups.entries().map(([country, rows]) => [country, rows.length]));
}\`;
const { version, tools } = await saveSkill({
  name: "count-leads-by-country",
  description: "Counts how many sales leads there are in each country",
  code,
  examples: ["const counts = await countLeadsByCountry();"],
});
return { rows: leads.length, version, tools };`;

const SECOND = `import { loadJson, saveJson, searchSkills } from "airlock";
import { countLeadsByCountry } from "./skills/count-leads-by-country";
const [found] = await searchSkills("number of prospects per nation");
const counts = await countLeadsByCountry();
await saveJson("own.json", counts);
const own = Object.keys(await loadJson("own.json")).length;
const read = (path: string) => Deno.readTextFile(path).then(() => "read", () => "no");
return { own, again: await read("./workspace/own.json"), found: found?.name, module: found?.module, rows: Object.values(counts).reduce((a, b) => a + b),
  first: await read("./workspace/counts.json"), other: await read("./workspace/../one/counts.json"),
  beside: await read("../one/counts.json"), whole: await read("./workspace/../ann~one/counts.json") };`;

/** Every way by which a program could hear of a skill. */
const LOOK = `import { readSkill, searchSkills } from "airlock";
const name = "count-leads-by-country";
const no = () => "nothing";
const text = (path: string) => Deno.readTextFile(path).then(() => path, no);
return {
  found: (await searchSkills("how many sales leads there are in each country")).length,
  module: await readSkill(name).then(() => name, no),
  version: await readSkill(name + "@1").then(() => name, no),
  files: await Promise.all(["SKILL.md", "skill.ts"].map((file) => text("./skills/" + name + "/" + file))),
  folder: await Array.fromAsync(Deno.readDir("./skills")).then((all) => all.length, no),
};`;
const NOTHING = {
  found: 0,
  module: "nothing",
  version: "nothing",
  files: ["nothing", "nothing"],
  folder: 0,
};

Deno.test("what one session saved another uses after a restart, and a stranger sees nothing", async () => {
  const root = await Deno.makeTempDir();
  const crm = ["run", "--no-prompt", join(project, "examples/servers/crm.ts")];
  const start = async () =>
    await createRuntime(
      await parseConfig({
        mcpServers: { crm: { command: "deno", args: crm } },
        privacy: { enabled: false },
        pool: { idleWorkers: 0, idleSessions: 0 },
      }, { root }),
    );
  {
    await using runtime = await start();
    const { value, error } = await runtime.run({ code: FIRST, session: "one", principal: ANN });
    assertEquals([error, value], [null, { rows: 10_000, version: 1, tools: ["crm/list_leads"] }]);
  }
  await using runtime = await start();
  const second = await runtime.run({ code: SECOND, session: "two", principal: ANN });
  assertEquals([second.error, second.value], [null, {
    own: 8,
    again: "read",
    found: "count-leads-by-country",
    module: "./skills/count-leads-by-country",
    rows: 10_000,
    first: "no",
    other: "no",
    beside: "no",
    whole: "no",
  }]);
  assertEquals(second.calls.map(({ tool }) => tool), ["list_leads"]);
  for (const [session, file] of [["one", "counts.json"], ["two", "own.json"]] as const) {
    const read = `return (await Deno.readTextFile("./workspace/${file}")).length > 10;`;
    assertEquals((await runtime.run({ code: read, session, principal: ANN })).value, true);
  }

  const stranger = await runtime.run({ code: SECOND, session: "one", principal: BOB });
  assertEquals([stranger.status, stranger.error?.code], ["denied", "IMPORT_REFUSED"]);
  const name = "count-leads-by-country";
  const known = { ...NOTHING, found: 1, module: name, version: name };
  assertEquals((await runtime.run({ code: LOOK, principal: ANN })).value, known);
  assertEquals((await runtime.run({ code: LOOK, principal: BOB })).value, NOTHING);
  const { skills } = runtime;
  assertEquals(await skills.list("bob"), []);
  assertEquals((await skills.search("leads in each country", { caller: "bob" })).skills, []);
  for (const reference of [name, `${name}@1`]) {
    assertEquals(await skills.find(reference, "bob"), undefined);
    assertEquals(await skills.read(reference, "bob"), undefined);
  }
  assert(!(await runtime.context({})).text.includes(name));
  const types = `import type { countLeadsByCountry } from "./skills/count-leads-by-country";
    let x: typeof countLeadsByCountry | undefined; return x;`;
  assert(!(await runtime.run({ code: types, principal: BOB })).error?.message.includes("number"));
  const taken = await runtime.run({ code: FIRST, session: "own", principal: BOB });
  assert(taken.error?.message.startsWith("Cannot save skill: the name"), taken.error?.message);

  await runtime.skills.approve("count-leads-by-country@1", { by: "owner", scope: { kind: "all" } });
  const shared = await runtime.run({ code: SECOND, session: "three", principal: BOB });
  assertEquals(shared.status, "completed");
  const { uses } = (await runtime.skills.find("count-leads-by-country"))!;
  assertEquals(uses, { succeeded: 2, failed: 0 });
  await runtime[Symbol.asyncDispose]();
  await Deno.remove(root, { recursive: true });
});

Deno.test("a skill that calls a tool needs the caller to be allowed that tool", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"] });
  await runtime.skills.save({
    name: "drop-lead",
    description: "Deletes a lead",
    code: `import { delete_lead } from "./servers/crm/delete_lead.ts";
export const drop = (lead_id: string) => delete_lead({ lead_id });`,
  }, { owner: "owner" });
  const { status, calls } = await runtime.run({
    code: `import { drop } from "./skills/drop-lead"; return await drop("lead-00001");`,
    permission: "read_only",
  });
  assertEquals([status, calls.length], ["denied", 0]);
  const info = await runtime.skills.find("drop-lead", "owner");
  assertEquals([info?.tools, info?.risk === "low"], [["crm/delete_lead"], false]);
});

Deno.test("what fails a check is refused with the reasons, and nothing of it is kept", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { check: "error" },
  });
  const refused: Readonly<Record<string, [object, string]>> = {
    "is no TypeScript": [{ code: "export const a = ;" }, "PROGRAM_SYNTAX"],
    "returns at its top": [{ code: "export const a = 1; return a;" }, "PROGRAM_SYNTAX"],
    "imports what is not allowed": [{ code: 'export { a } from "npm:evil";' }, "IMPORT_REFUSED"],
    "imports a file of the host": [
      { code: 'import "../../../etc/passwd"; export const a = 1;' },
      "IMPORT_REFUSED",
    ],
    "imports a skill that is not there": [
      { code: 'export { a } from "./skills/none";' },
      "IMPORT_REFUSED",
    ],
    "has a type error": [{ code: 'export const a: number = "one";' }, "TYPE_ERROR"],
    "calls a tool wrongly": [
      {
        code: `import { get_lead } from "./servers/crm/get_lead.ts";
export const a = () => get_lead({ id: 1 });`,
      },
      "TYPE_ERROR",
    ],
    "fails its tests": [
      { tests: 'import { a } from "./skills/s"; if (a !== 2) throw new Error("a is not 2");' },
      "REQUEST_INVALID",
    ],
    "calls a tool in its tests": [
      { tests: 'import { list_leads } from "./servers/crm/list_leads.ts"; await list_leads({});' },
      "REQUEST_INVALID",
    ],
  };
  const draft = { name: "s", description: "A skill", code: "export const a = 1;" };
  for (const [what, [change, code]] of Object.entries(refused)) {
    const saving = runtime.skills.save({ ...draft, ...change }, { owner: "owner" });
    assertEquals(await saving.then(() => "saved", ({ code }) => code), code, what);
  }
  assertEquals((await runtime.skills.list()).length, 0);
  const tests = 'import { a } from "./skills/s"; if (a !== 1) throw new Error("a is not 1");';
  assertEquals((await runtime.skills.save({ ...draft, tests }, { owner: "owner" })).version, 1);
});

Deno.test("tests of a skill that are empty are refused as what they are", async () => {
  await using runtime = await startTestRuntime();
  const draft = { name: "s", description: "A skill", code: "export const a = 1;" };
  for (const tests of ["", " ", "\n\t", "\ufeff"]) {
    const saving = runtime.skills.save({ ...draft, tests }, { owner: "owner" });
    const said = await saving.then(() => "saved", ({ message }) => message);
    assertStringIncludes(said, "Cannot save skill: ");
    assertStringIncludes(said, "an empty one tests nothing");
  }
});

Deno.test("what a program writes into ./skills is its own draft, and never among the shared", async () => {
  await using runtime = await startTestRuntime();
  await runtime.skills.save({
    name: "shared",
    description: "A shared skill",
    code: "export const shared = 1;",
  }, { owner: "owner" });
  const { status, files, runId } = await runtime.run({
    code: `await Deno.mkdir("./skills/shared", { recursive: true });
await Deno.writeTextFile("./skills/shared/skill.ts", "export const shared = 2;");
await Deno.mkdir("./skills/.git/hooks", { recursive: true });
await Deno.writeTextFile("./skills/.git/hooks/post-commit", "#!/bin/sh");
const seen = [];
for await (const { name } of Deno.readDir("./skills")) seen.push(name);
return seen.length;`,
  });
  assertEquals([status, files], ["completed", [{ path: "./skills/shared/skill.ts", bytes: 24 }]]);
  const { skills, state } = runtime.config.folders;
  assertEquals(
    await Deno.readTextFile(join(skills, "shared/skill.ts")),
    "export const shared = 1;",
  );
  assertEquals(await exists(join(skills, ".git/hooks/post-commit")), false);
  assertEquals(
    await Deno.readTextFile(join(state, "drafts", runId, "shared/skill.ts")),
    "export const shared = 2;",
  );
  const { value } = await runtime.run({
    code: `import { shared } from "./skills/shared"; return shared;`,
  });
  assertEquals(value, 1);
});

Deno.test("a program pins a version, and its hash is that of what it imports", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  const save = (value: string) =>
    runtime.skills.save({
      name: "pinned",
      description: "Gives a value",
      code: `export const value = ${value};`,
    }, { owner: "owner" });
  await save("1");
  await save('"two"');
  const { value, error } = await runtime.run({
    code: `import { value as one } from "./skills/pinned@1";
import { value as two } from "skills/pinned";
const again = await import("./skills/pinned@1");
const sum: number = one + again.value;
return [sum, two.length];`,
  });
  assertEquals([error, value], [null, [2, 3]]);
  const gone = await runtime.run({ code: `import "./skills/pinned@3"; return 1;` });
  assertEquals(gone.error?.code, "IMPORT_REFUSED");
});

Deno.test("a program that uses a skill which changed since it was approved is of high risk", async () => {
  await using runtime = await startTestRuntime({
    approvals: { levels: { high: "require" }, waitMs: 0 },
  });
  const save = (text: string, name = "asked") =>
    runtime.skills.save({ name, description: "Gives a value", code: text }, { owner: "owner" });
  const run = async (specifier: string) => {
    const { status, risk } = await runtime.run({
      code: `import { value } from "./skills/${specifier}"; return value;`,
    });
    return [status, risk?.level, ...risk?.findings.map(({ rule }) => rule) ?? []].join(" ");
  };
  const fine = "completed low";
  const asked = "waiting high uses_a_skill_that_changed";
  await save("export const value = 1;");
  await save('export { value } from "./skills/asked";', "through");
  assertEquals(await run("asked"), fine);
  await runtime.skills.approve("asked@1", { by: "owner", scope: { kind: "all" } });
  assertEquals(await run("asked"), fine);
  await save("export const value = 2;");
  assertEquals(await run("asked"), asked);
  assertEquals(await run("asked@1"), fine);
  assertEquals(await run("through"), asked);
  await runtime.skills.approve("asked@2", { by: "owner", scope: { kind: "all" } });
  assertEquals(await run("through"), fine);
});

Deno.test("who imports a deprecated skill is warned, and the program runs", async () => {
  await using runtime = await startTestRuntime();
  const code = "export const value = 1;";
  await runtime.skills.save({ name: "old", description: "A value", code }, { owner: "owner" });
  await runtime.skills.deprecate("old", { by: "owner" });
  const request = { code: `import { value } from "./skills/old"; return value;` };
  const { value, warnings } = await runtime.run(request);
  assertEquals([value, warnings.map((text) => text.split(":")[0])], [
    1,
    ['The skill "old" is deprecated'],
  ]);
});

Deno.test("drafts count against the workspace", async () => {
  await using runtime = await startTestRuntime({ limits: { workspaceBytes: 500_000 } });
  const { status, error } = await runtime.run({
    code: `for (let n = 0;; n++) await Deno.writeTextFile("./skills/" + n, "x".repeat(100_000));`,
  });
  assertEquals([status, error?.limit?.name], ["over_limit", "workspaceBytes"]);
});

Deno.test("tests of a skill that reaches a dangerous tool ask nobody: they can call nothing", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    approvals: { waitMs: 0, levels: { medium: "require", high: "require", critical: "require" } },
  });
  const saved = await runtime.skills.save({
    name: "tidy",
    description: "Deletes a lead",
    code: `import { delete_lead } from "./servers/crm/delete_lead.ts";
export const size = 3;
export async function tidy(lead_id: string) { return await delete_lead({ lead_id }); }`,
    tests: `import { size } from "./skills/tidy"; if (size !== 3) throw new Error("size");`,
  }, { owner: "owner" });
  assertEquals([saved.name, await runtime.approvals.list()], ["tidy", []]);
  const error = await assertRejects(() =>
    runtime.skills.save({
      name: "tidy",
      description: "Deletes a lead",
      code: `import { delete_lead } from "./servers/crm/delete_lead.ts";
export async function tidy(lead_id: string) { return await delete_lead({ lead_id }); }`,
      tests: `import { tidy } from "./skills/tidy"; await tidy("lead-00001");`,
    }, { owner: "owner" }), AirlockError);
  assertEquals([error.code, await runtime.approvals.list()], ["REQUEST_INVALID", []]);
});

Deno.test("a skill that may not run for its risk is not saved", async () => {
  await using runtime = await startTestRuntime({ policy: { risk: { block: "high" } } });
  const code = `const run = globalThis["ev" + "al"];
export function add(a: number, b: number) { return run(String(a)) + b; }`;
  const error = await assertRejects(
    () => runtime.skills.save({ name: "add", description: "Adds", code }, { owner: "owner" }),
    AirlockError,
  );
  assertEquals(error.code, "RISK_TOO_HIGH");
  assert(error.message.startsWith("Cannot save skill: its risk is"), error.message);
});

Deno.test("tests of a skill save no skill and see none of anybody", async () => {
  await using runtime = await startTestRuntime();
  await runtime.skills.save(
    {
      name: "secret",
      description: "Known to its owner alone",
      code: "export const word = 'hush';",
    },
    { owner: "owner" },
  );
  const say = (what: string) =>
    assertRejects(() =>
      runtime.skills.save({
        name: "mine",
        description: "Adds",
        code: "export const one = 1;",
        tests: `import { readSkill, saveSkill, searchSkills } from "airlock";
throw new Error(JSON.stringify(await ${what}));`,
      }, { owner: "ann" }), AirlockError);
  const tries = [
    `readSkill("secret")`,
    `searchSkills("known to its owner")`,
    `saveSkill({ name: "other", description: "Adds", code: "export const two = 2;" })`,
  ];
  for (const what of tries) {
    const { message } = await say(what);
    assert(!/hush|secret|"other"/.test(message), message);
  }
  assertEquals((await runtime.skills.list("owner")).map(({ name }) => name), ["secret"]);
});

Deno.test("the context tells a caller of its own skills, and nobody else", async () => {
  await using runtime = await startTestRuntime();
  await runtime.skills.save(
    { name: "her-tool", description: "Adds", code: "export const one = 1;" },
    { owner: "ann" },
  );
  assert((await runtime.context({ caller: "ann" })).text.includes("her-tool"));
  assert(!(await runtime.context({ caller: "bob" })).text.includes("her-tool"));
  assert(!(await runtime.context()).text.includes("her-tool"));
});

const COUNT = `import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 7 });
return leads.length;`;
const about = { name: "seven-leads", description: "Counts the first seven leads" };

function refusal(runtime: TestRuntime, runId: string, owner: string): Promise<AirlockError> {
  return assertRejects(() => runtime.skills.save({ ...about, runId }, { owner }), AirlockError);
}

Deno.test("the program of a run that completed becomes a skill that says which run it was", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], policy: { check: "error" } });
  const { runId, value } = await runtime.run({ code: COUNT, principal: ANN });
  assertEquals(value, 7);
  const saved = await runtime.skills.save({ ...about, runId }, { owner: "ann" });
  assertEquals([saved.runId, saved.tools, saved.trust], [runId, ["crm/list_leads"], "draft"]);
  const [commit] = await runtime.skills.history(about.name);
  assert(commit?.message.endsWith(`Run: ${runId}`), commit?.message);
  const document = join(runtime.config.folders.skills, about.name, "SKILL.md");
  assert(
    (await Deno.readTextFile(document)).includes('import { run } from "./skills/seven-leads"'),
  );
  const used = await runtime.run({
    code: `import { run } from "./skills/seven-leads";\nconst n: number = await run();\nreturn n;`,
    principal: ANN,
  });
  assertEquals([used.error, used.value], [null, 7]);
});

Deno.test("a run of another's, one that failed and one that waits for nobody are no skills", async () => {
  await using runtime = await startTestRuntime();
  const { runId } = await runtime.run({ code: "return 1;", principal: ANN });
  for (const [id, owner] of [[runId, "bob"], [runId, "owner"], ["run_none", "ann"]] as const) {
    assertEquals((await refusal(runtime, id, owner)).code, "NOT_FOUND", `${id} ${owner}`);
  }
  const failed = await runtime.run({ code: "throw new Error('no');", principal: ANN });
  assertEquals((await refusal(runtime, failed.runId, "ann")).code, "REQUEST_INVALID");
  const refused = await runtime.run({ code: "import 'npm:evil';", principal: ANN });
  assertEquals((await refusal(runtime, refused.runId, "ann")).code, "REQUEST_INVALID");
  const late = await runtime.run({ code: "export default 1; console.log(2);", principal: ANN });
  assertEquals(late.status, "completed");
  assertEquals((await refusal(runtime, late.runId, "ann")).code, "REQUEST_INVALID");
  const unseen = await runtime.run({ code: "return 1; // \u202e", principal: ANN });
  assertEquals(unseen.status, "completed");
  assertEquals((await refusal(runtime, unseen.runId, "ann")).code, "REQUEST_INVALID");
  assertEquals((await runtime.skills.list()).length, 0);
});

Deno.test(
  "the command saves a skill from a run of another process",
  { ignore: IS_IN_MEMORY },
  async () => {
    const root = await Deno.makeTempDir();
    await Deno.writeTextFile(join(root, "airlock.json"), "{}");
    const runtime = await startTestRuntime({ root });
    const { runId } = await runtime.run({ code: "return [1, 2, 3].map((n) => n * 2);" });
    await runtime[Symbol.asyncDispose]();
    const save = async (...from: string[]) => {
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", join(project, "src/commands/skills.ts"), "save", ...from].concat(
          ["--name", "doubles", "--description", "Doubles numbers"],
        ),
        cwd: root,
        env: { INIT_CWD: root },
        stderr: "null",
      }).output();
      return [code, new TextDecoder().decode(stdout).slice(0, 16)];
    };
    assertEquals(await save("--run", runId), [0, "doubles@1  draft"]);
    for (const wrong of [[], ["file.ts", "--run", runId], ["--run", "run_none"]]) {
      assertEquals((await save(...wrong))[0], 2, wrong.join(" "));
    }
    await Deno.remove(root, { recursive: true });
  },
);
