import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { countModelTokens } from "../../../src/text/count_model_tokens.ts";
import type { RunResult } from "../../../src/model/run_result.ts";
import { sampled } from "../../fixtures/sampled.ts";
import { oddServer, startTestRuntime } from "../../fixtures/test_runtime.ts";
import { childrenOfThisProcess } from "./children.ts";

const CRM = `import { list_leads } from "./servers/crm/list_leads.ts";
import { get_lead } from "./servers/crm/get_lead.ts";
`;
const check = { policy: { check: "error" as const } };

/** A mistake, and what is said of it. */
const MISTAKES: Readonly<Record<string, [code: string, said: RegExp]>> = {
  "an unknown argument": [
    `return await list_leads({ limitt: 5 });`,
    /line 3: .*'limitt'.*Did you mean to write 'limit'\?/,
  ],
  "an argument of another type": [
    `return await list_leads({ limit: "5" });`,
    /line 3: Type 'string' is not assignable to type 'number'/,
  ],
  "an argument that is missing": [
    `return await get_lead({});`,
    /line 3: .*Property 'lead_id' is missing/,
  ],
  "a value that the tool never gives": [
    `const { leads } = await list_leads();\nreturn leads.filter((lead) => lead.status === "open");`,
    /line 4: .*no overlap/,
  ],
  "a field that is not there": [
    `const { leads } = await list_leads();\nreturn leads.map((lead) => lead.nmae);`,
    /line 4: There is no "nmae" .*Did you mean 'name'\?/,
  ],
  "a field of the whole result": [
    `const found = await list_leads();\nreturn found.rows;`,
    /line 4: There is no "rows" on ListLeadsOutput\. Known are /,
  ],
  "a call that is not waited for": [
    `const found = list_leads();\nreturn found.leads;`,
    /line 4: There is no "leads" on a promise\. Did you forget await\?/,
  ],
  "a tool under another name": [`return await list_lead();`, /Did you mean 'list_leads'\?/],
  "a tool that is called by a name that it has not": [
    `import { callTool } from "airlock";\nreturn await callTool("crm", "list_lead", {});`,
    /line 4: There is no tool "list_lead" of "crm"\. Did you mean "list_leads"/,
  ],
  "a name that is nowhere": [`return frobnicate(1);`, /Cannot find name 'frobnicate'/],
  "what another host has": [
    `return await fetch("https://example.com");`,
    /line 3: fetch: There is no network: call a tool/,
  ],
};

Deno.test("a mistake is refused before anything is called, with line and what was meant", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], ...check });
  for (
    const [what, [code, said]] of sampled(Object.entries(MISTAKES), { keep: 4, name: "mistakes" })
  ) {
    const { status, error, calls } = await runtime.run({ code: CRM + code });
    assertEquals([what, status, error?.code, calls], [what, "failed", "TYPE_ERROR", []]);
    assertMatch(error!.message, said);
  }
});

/** Programs that TypeScript has something to say about, and that run. */
const LENIENT: Readonly<Record<string, string>> = {
  "objects that grow": `const out = {}; out.total = 1; const point = { x: 1 }; point.y = 2;
return [out, point.y];`,
  "lists that begin empty": `const list = []; list.push(1); list.push("a"); return list;`,
  "what may be missing": `const { leads } = await list_leads();
const one = leads.find((lead) => lead.country === "DE");
return (await get_lead({ lead_id: one.id })).id.length;`,
  "functions without types":
    `function add(a, b) { return a + b; } return [1, 2].map((n) => add(n, 1));`,
  "errors of any kind":
    `try { JSON.parse("{"); } catch (error) { return error.message.length > 0; }`,
  "dates that are subtracted": `return new Date(5) - new Date(3);`,
  "keys that are computed": `const counts = {}; for (const key of ["a", "b"]) counts[key] = 1;
return counts;`,
  "returns in the middle": `const { total } = await list_leads({ limit: 1 });
if (total > 0) return "some";
return "none";`,
  "modules that compute": `import { join } from "node:path"; return join("a", "b");`,
  "a server as a whole": `import * as crm from "./servers/crm";
const { leads } = await crm.list_leads({ limit: 1 }); return leads.length;`,
  "types of a wrapper": `import type { ListLeadsInput } from "./servers/crm/list_leads.ts";
const query: ListLeadsInput = { limit: 1 }; return (await list_leads(query)).leads.length;`,
  "the module airlock": `import { callTool, sleep } from "airlock"; await sleep(1);
const lead = await callTool("crm", "get_lead", { lead_id: "lead-00001" }); return lead.id;`,
  "types that run": `enum Kind { A, B } const kind: Kind = Kind.A; return kind satisfies number;`,
};

Deno.test("what TypeScript minds and no program fails from passes", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], ...check });
  for (const [what, code] of sampled(Object.entries(LENIENT), { keep: 4, name: "lenient" })) {
    const { status, error, warnings } = await runtime.run({ code: CRM + code });
    assertEquals([what, status, error, warnings], [what, "completed", null, []]);
  }
});

Deno.test("a result that no schema describes may be used in any way", async () => {
  const mcpServers = { odd: oddServer() };
  await using runtime = await startTestRuntime({ mcpServers, ...check });
  const { value, error } = await runtime.run({
    code: `import { echo } from "./servers/odd/echo.ts";
const answer = await echo({ list: [1, 2] });
const doubled = answer.arguments.list.map((n) => n * 2);
for (const n of doubled) console.log(n);
return doubled;`,
  });
  assertEquals([error, value], [null, [2, 4]]);
});

Deno.test("the examples have no type errors", async () => {
  // A program is checked before its level is looked at, and none is run.
  const levels = { low: "block", medium: "block", high: "block", critical: "block" } as const;
  const approvals = { levels };
  await using runtime = await startTestRuntime({ servers: ["crm", "drive"], ...check, approvals });
  const examples = new URL("../../../examples/", import.meta.url);
  const names = (await Array.fromAsync(Deno.readDir(examples))).filter(({ name }) =>
    name.endsWith(".ts")
  );
  assert(names.length >= 3);
  for (const { name } of names) {
    const { error, warnings } = await runtime.run({
      code: await Deno.readTextFile(new URL(name, examples)),
    });
    assertEquals([name, error?.code, warnings], [name, "FORBIDDEN", []], error?.message);
  }
});

Deno.test("skills are checked against too, as they are now", async () => {
  await using runtime = await startTestRuntime(check);
  const dir = join(runtime.config.folders.skills, "dedupe");
  await Deno.mkdir(dir, { recursive: true });
  const save = (type: string) =>
    Deno.writeTextFile(
      join(dir, "skill.ts"),
      `export function dedupe(items: ${type}[]): ${type}[] { return [...new Set(items)]; }
export default dedupe;`,
    );
  const codes = [
    "./skills/dedupe",
    "./skills/dedupe/skill.ts",
    "skills/dedupe",
    "./skills/dedupe.ts",
  ]
    .map((from) => `import { dedupe } from "${from}";\nreturn dedupe(["a", "a"]);`);
  for (
    const [type, code] of [["string", null], ["number", "TYPE_ERROR"], ["string", null]] as const
  ) {
    await save(type);
    for (const program of codes) {
      const { error } = await runtime.run({ code: program });
      assertEquals([program, type, error?.code ?? null], [program, type, code]);
    }
  }
});

Deno.test("with warn a program runs and its errors are warnings; with off nobody looks", async () => {
  const code = `const text: number = "a"; return text;`;
  for (const [mode, warnings] of [["warn", 1], ["off", 0]] as const) {
    await using runtime = await startTestRuntime({ policy: { check: mode } });
    const result = await runtime.run({ code });
    assertEquals([result.status, result.value, result.warnings.length], [
      "completed",
      "a",
      warnings,
    ]);
  }
});

Deno.test("however much is wrong, ten lines and 400 model tokens tell of it", async () => {
  await using runtime = await startTestRuntime(check);
  const long = "a".repeat(2_000);
  for (
    const code of [
      Array.from({ length: 50 }, (_, i) => `missing${i}(${i});`).join("\n"),
      Array.from({ length: 50 }, (_, i) => `const v${i}: { "${long}${i}": 1 } = { x: 1 };`).join(
        "\n",
      ),
    ]
  ) {
    const { error } = await runtime.run({ code });
    assertEquals(error?.code, "TYPE_ERROR");
    assert(error !== null);
    assert(error.message.split("\n").length <= 12, error.message);
    assert(countModelTokens(error.message) <= 400, error.message);
    assertStringIncludes(error.message, "more");
  }
});

/** What makes a compiler read a file. */
const READERS = [
  (path: string) => `import type { Secret } from "${path}";\nconst x: Secret = 1; return x;`,
  (path: string) => `/// <reference path="${path}" />\nconst x: Secret = 1; return x;`,
  (path: string) => `const x: import("${path}").Secret = 1; return x;`,
  (path: string) => `/// <reference types="${path}" />\nconst x: Secret = 1; return x;`,
  (path: string) => `import type data from "${path}.json";\nconst x: typeof data = 1; return x;`,
  (path: string) => `import type { Secret } from "../../../../../..${path}";\nconst x: Secret = 1;`,
];

Deno.test("a program reads no file of the host through the compiler", async () => {
  await using runtime = await startTestRuntime(check);
  const file = join(runtime.root, "secret.ts");
  await Deno.writeTextFile(
    file,
    `declare global { type Secret = "CANARY"; }\nexport type Secret = "CANARY";`,
  );
  await Deno.writeTextFile(`${file}.json`, `{ "CANARY": 1 }`);
  for (const reader of READERS) {
    const code = reader(file);
    const result = await runtime.run({ code });
    assertEquals([code, result.error?.code], [code, "TYPE_ERROR"]);
    assert(!JSON.stringify(result).includes("CANARY"), JSON.stringify(result));
  }
});

const SLOW = `type D = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";
type Four = \`\${D}\${D}\${D}\${D}\`;
const all: { [K in Four]: K } = null!;
const f = <T extends Four>(x: { [K in T]: { [L in Four]: [K, L] } }) => x;
const g: { [K in Four]: { [L in Four]: [L, K] } } = f(null!);
return all;`;

Deno.test("a program that takes too long to check is refused, and holds nobody up", async () => {
  await using runtime = await startTestRuntime({
    policy: { check: "error", checkTimeoutMs: 3_000 },
  });
  const honest = () => runtime.run({ code: "const n: number = 1; return n + 1;" });
  const results = await Promise.all([
    runtime.run({ code: SLOW }),
    ...Array.from({ length: 4 }, honest),
    runtime.run({ code: SLOW }),
  ]);
  const codes = results.map(({ error, value }: RunResult) => error?.code ?? value);
  assertEquals(codes, ["TYPE_ERROR", 2, 2, 2, 2, "TYPE_ERROR"]);
  assertMatch(results[0]!.error!.message, /to check$/);
  assertEquals((await honest()).value, 2);
});

Deno.test("a compiler that dies is replaced, and none is left when the runtime ends", async () => {
  const compilers = async () =>
    (await childrenOfThisProcess()).filter(({ command }) => command.includes("--callbacks="));
  {
    await using runtime = await startTestRuntime(check);
    await runtime.run({ code: "return 1;" });
    const [first] = await compilers();
    Deno.kill(first!.pid, "SIGKILL");
    const { error } = await runtime.run({ code: "const n: number = 'a'; return n;" });
    assertEquals(error?.code, "TYPE_ERROR");
    // One that was started for this check alone may still be on its way out.
    for (let left = await compilers(); left.length !== 1; left = await compilers()) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert((await compilers())[0]!.pid !== first!.pid);
  }
  assertEquals(await compilers(), []);
});
