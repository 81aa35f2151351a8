import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseConfig } from "../../../src/config/config.ts";
import { AirlockError } from "../../../src/model/errors.ts";
import { checkRiskPolicy } from "../../../src/policy/risk/assess_risk.ts";
import { RISK_RULES } from "../../../src/policy/risk/risk_rules.ts";
import { riskOf, rulesOf } from "./risk_of.ts";

const CRM =
  `import { list_leads, get_lead, update_lead, delete_lead, send_email } from "./servers/crm";
const rows = () => fetchRows;
`;

/** Programs that break one rule each, and what the finding says. */
const FOUND: readonly [rule: keyof typeof RISK_RULES, code: string, says: string][] = [
  ["makes_code_from_text", `return eval("1");`, "eval"],
  ["makes_code_from_text", `return (0, eval)("1");`, "eval"],
  ["makes_code_from_text", `const e = globalThis.eval; e("1");`, "globalThis.eval"],
  ["makes_code_from_text", `const k = "ev" + "al"; globalThis[k]("1");`, "globalThis.eval"],
  ["makes_code_from_text", `const { Function: F } = { Function }; F("1");`, "Function"],
  ["makes_code_from_text", `new Function("return 1")();`, "Function"],
  ["makes_code_from_text", `(() => {}).constructor("return 1")();`, "constructor"],
  ["makes_code_from_text", `[].map.constructor("return 1")();`, "constructor"],
  ["makes_code_from_text", `"".constructor.constructor("return 1")();`, "constructor"],
  [
    "makes_code_from_text",
    `const k = ["con", "structor"].join(""); (1)[k][k]("x");`,
    "constructor",
  ],
  [
    "makes_code_from_text",
    `Object.getPrototypeOf(async function () {}).constructor("return 1")();`,
    "constructor",
  ],
  ["makes_code_from_text", `const { constructor } = () => {}; constructor("x")();`, "constructor"],
  ["makes_code_from_text", `setTimeout("work()", 10);`, "setTimeout"],
  ["hides_what_it_does", `const g = globalThis; g.x;`, "globalThis"],
  [
    "hides_what_it_does",
    `const k = await name(); globalThis[k](); function name() {}`,
    "globalThis",
  ],
  ["hides_what_it_does", `[][(![] + [])[+[]]];`, "computed"],
  ["hides_what_it_does", `const _0x1a2b = 1, _0x3c = 2, _0xff = 3;`, "_0x"],
  ["hides_what_it_does", `String.fromCharCode(1, 2, 3, 4, 5, 6, 7, 8);`, "codes"],
  ["computes_an_import", `const x = "./servers/" + 1; await import(x);`, "import"],
  ["changes_what_all_objects_inherit", `({}).__proto__.x = 1;`, "__proto__"],
  ["changes_what_all_objects_inherit", `Array.prototype.map = () => 1;`, "prototype"],
  ["reaches_for_the_machine", `new Deno.Command("ls");`, "Deno.Command"],
  ["reaches_for_the_machine", `new Worker("x");`, "Worker"],
  ["loops_without_end", `while (true) { await 1; }`, "leaves"],
  ["loops_without_end", `for (;;) { for (const x of [1]) break; }`, "leaves"],
  ["holds_a_secret", `const request = { apiKey: "abcdefgh" };`, "apiKey"],
  ["destroys", CRM + `await delete_lead({ id: 1 });`, "crm.delete_lead"],
  ["destroys", `import { purge_all } from "./servers/bare"; await purge_all();`, "bare.purge_all"],
  [
    "runs_what_it_is_given",
    `import { execute_query } from "./servers/sql"; await execute_query();`,
    "sql.execute_query",
  ],
  ["writes", CRM + `await update_lead({});`, "crm.update_lead"],
  ["sends_to_people", CRM + `await send_email({});`, "crm.send_email"],
  ["writes_in_a_loop", CRM + `for (const x of await load()) await update_lead(x);`, "await load()"],
  [
    "reaches_the_open_world",
    `import { fetch_page } from "./servers/web"; await fetch_page();`,
    "web.fetch_page",
  ],
  [
    "calls_what_nothing_is_known_of",
    `import { frobnicate } from "./servers/bare"; await frobnicate();`,
    "bare.frobnicate",
  ],
  [
    "believes_a_contradiction",
    `import { delete_all } from "./servers/liar"; await delete_all();`,
    "liar.delete_all",
  ],
  [
    "reads_secrets",
    `import { get_secret } from "./servers/safe"; await get_secret();`,
    "safe.get_secret",
  ],
  [
    "hands_secrets_on",
    `import { get_secret } from "./servers/safe";
import { write_document } from "./servers/drive";
const { value } = await get_secret({});
await write_document({ text: \`it is \${value}\` });`,
    "from safe to drive.write_document",
  ],
  [
    "hands_personal_data_on",
    `import { read_document } from "./servers/drive";
import { post_form } from "./servers/web";
const doc = await read_document({});
const mails = [];
for (const row of doc.rows) mails.push(row.email);
await post_form({ mails });`,
    "from drive to web.post_form",
  ],
  [
    "reads_many_and_writes_elsewhere",
    `import { list_items } from "./servers/safe";
import { write_document } from "./servers/drive";
await Deno.writeTextFile("./workspace/x", JSON.stringify(await list_items({})));
await write_document({ text: await Deno.readTextFile("./workspace/x") });`,
    "from safe to drive.write_document",
  ],
];

for (const [rule, code, says] of FOUND) {
  const line = code.split("\n").at(-1)!.slice(0, 70);
  Deno.test(`${rule}: ${RISK_RULES[rule].sentence}: ${line}`, async () => {
    const { findings } = await riskOf(code);
    const found = findings.filter((finding) => finding.rule === rule);
    assert(found.length > 0, JSON.stringify(findings));
    assert(found.some(({ message }) => message.includes(says)), JSON.stringify(found));
  });
}

/** What people write, and what of it a rule might take for something else. */
const HARMLESS: readonly [code: string, rules: readonly string[]][] = [
  [`return 1;`, []],
  [`// eval("x"); new Function()\n/* while (true) {} */ return "eval('x') globalThis.eval";`, []],
  [`const text = \`delete_lead \${1} Function\`; console.log(text, /eval/);`, []],
  [`const o = { eval: 1, Function: 2, constructor: 3 }; return o.eval + o.Function;`, []],
  [`class A { clone() { return new this.constructor(); } }\nreturn new A().constructor.name;`, []],
  [`return (() => 1) instanceof Function;`, []],
  [`while (true) { if (Math.random() > 0.5) break; await 1; }`, []],
  [`function next() { for (;;) { if (Date.now()) return 1; } }\nreturn next();`, []],
  [`setTimeout(() => 1, 10); return ["a", "b"][Date.now() % 2];`, []],
  [CRM + `const { leads } = await list_leads({});\nreturn leads.map((lead) => lead.email);`, []],
  [CRM + `for (const id of ["a", "b"]) console.log(await get_lead({ id }));`, []],
  [
    `import { get_deleted_items } from "./servers/bare"; return await get_deleted_items();`,
    [],
  ],
  [
    `import { list_leads } from "./servers/crm";
import { write_document } from "./servers/drive";
const { leads } = await list_leads({});
const open = leads.filter((lead) => lead.status === "open").length;
await write_document({ text: String(open) });`,
    ["writes"],
  ],
  [`const token = 5; const { password } = { password: token }; return password;`, []],
];

for (const [code, rules] of HARMLESS) {
  Deno.test(`assessRisk finds nothing else in: ${code.split("\n").at(-1)!.slice(0, 80)}`, async () => {
    assertEquals(rulesOf(await riskOf(code)), rules);
  });
}

Deno.test("assessRisk counts the writes of loops whose length is known", async () => {
  const cases: [string, number | null][] = [
    [`await update_lead({});`, 1],
    [`for (const id of ["a", "b", "c"]) await update_lead({ id });`, 3],
    [`for (let i = 0; i < 40; i++) await update_lead({ i });`, 40],
    [`const N = 10; for (let i = 0; i <= N; i += 2) await update_lead({ i });`, 6],
    [`const ids = [1, 2]; for (let i = 0; i < ids.length; i++) await update_lead({});`, 2],
    [`for (const x of await load()) await update_lead(x); async function load() {}`, null],
    [`const all = await load(); for (const x of all.slice(0, 40)) await update_lead(x);`, 40],
    [`const ids = []; ids.push(1); for (const id of ids) await update_lead({ id });`, null],
    [`const ids = [1]; fill(ids); for (const id of ids) await update_lead({ id });`, null],
    [`let ids = [1]; ids = await load(); for (const id of ids) await update_lead({ id });`, null],
    [`await Promise.all([1, 2, 3].map((id) => update_lead({ id })));`, 3],
    [`await Promise.all([1, 2, 3].map(update_lead));`, 3],
    [`await Promise.all(Array.from({ length: 7 }, () => update_lead({})));`, 7],
    [`for (const a of [1, 2]) for (const b of [1, 2, 3]) await update_lead({ a, b });`, 6],
    [
      `async function one(id) { await update_lead({ id }); }\nfor (const x of [1, 2]) await one(x);`,
      2,
    ],
    [`const one = async (id) => await update_lead({ id }); await one(1); await one(2);`, 2],
    [
      `async function all(n) { await update_lead({}); if (n) await all(n - 1); }\nawait all(9);`,
      null,
    ],
    [`while (Math.random() > 0.1) await update_lead({});`, null],
    [`function unused() { update_lead({}); }`, 0],
    [`const api = { save: (x) => update_lead(x) }; for (const x of [1, 2]) await api.save(x);`, 2],
    [`class A { async save(x) { await update_lead(x); } }\nawait new A().save(1);`, 1],
    [
      `async function each(items, work) { for (const x of items) await work(x); }
await each([1, 2], (x) => update_lead(x));`,
      null,
    ],
    [
      `async function twice(work) { await work(1); await work(2); }
await twice((x) => update_lead(x));`,
      2,
    ],
    [`const other = update_lead; await other({});`, 1],
    [`[update_lead].forEach((f) => f({}));`, null],
    [`update_lead({}).then(() => update_lead({}));`, 2],
    [`(async () => { await update_lead({}); })();`, 1],
    [`export default async function main() { await update_lead({}); }`, 1],
    [`const o = { get x() { return update_lead({}); } }; o.x; o.x;`, null],
    [`await update_lead.call(null, {});`, 1],
    [`setInterval(() => update_lead({}), 10);`, null],
    [
      `let n = 0; while (true) { try { await update_lead({}); break; } catch (e) { if (++n >= 3) throw e; } }`,
      3,
    ],
    [
      `for (let n = 1; ; n++) { try { await update_lead({}); break; } catch (e) { if (n >= 3) throw e; } }`,
      3,
    ],
    [
      `const LIMIT = 5; let n = 0; for (const x of await load()) { if (n >= LIMIT) break; await update_lead(x); n++; } async function load() {}`,
      6,
    ],
    [`let n = 0; while (n < 4) { n++; await update_lead({}); }`, 4],
    [`let n = 0; while (n++ < 4) await update_lead({});`, 4],
    [`let n = 0; do { await update_lead({}); n++; } while (n < 4);`, 5],
    [
      `async function f() { let n = 0; for (;;) { await update_lead({}); n++; if (n > 2 || Date.now()) return; } } await f();`,
      3,
    ],
    [
      `for (const x of await load()) { if (x.ok) { await update_lead(x); break; } } async function load() {}`,
      1,
    ],
    [`for (const x of await load()) { await update_lead(x); break; } async function load() {}`, 1],
    [`for (const [id, l] of Object.entries({ a: 1, b: 2 })) await update_lead({ id, l });`, 2],
    [`const O = { a: 1, b: 2 }; for (const id of Object.keys(O)) await update_lead({ id });`, 2],
    // What looks like these, and is not.
    [`while (true) { let n = 0; await update_lead({}); if (++n >= 3) break; }`, null],
    [
      `let n = 0; while (true) { await update_lead({}); if (n.x) continue; if (++n >= 3) break; }`,
      null,
    ],
    [`let n = 0; while (true) { await update_lead({}); if (++n >= 3) break; n = 0; }`, null],
    [
      `let n = 0; while (true) { try { await update_lead({}); if (++n >= 3) throw n; } catch { } }`,
      null,
    ],
    [`for (;;) { try { await update_lead({}); break; } catch { } }`, null],
    [
      `for (;;) { try { if (f) { await update_lead({}); break; } } finally { continue; } } let f;`,
      null,
    ],
    [`for (;;) { switch (f) { case 1: { await update_lead({}); break; } } } let f;`, null],
    [`for (;;) { x: { await update_lead({}); break x; } }`, null],
    [`let n = 0; while (true) { await update_lead({}); if (++n === 3) break; }`, null],
    [
      `let n = 0; while (true) { await update_lead({}); { let n = 0; if (++n >= 3) break; } }`,
      null,
    ],
    [`let n = 0; while (n < 4) { await update_lead({}); if (n) n++; }`, null],
    [
      `const O = { a: 1 }; Object.assign(O, x); let x; for (const id of Object.keys(O)) await update_lead({});`,
      null,
    ],
  ];
  for (const [code, expected] of cases) {
    const text = `import { update_lead } from "./servers/crm/update_lead.ts";\n${code}`;
    assertEquals((await riskOf(text)).estimatedWrites, expected, code);
  }
});

Deno.test("assessRisk says of a write in a loop how many, over what and in which line", async () => {
  const { level, findings } = await riskOf(
    CRM + `const { leads } = await list_leads({});\nfor (const { id } of leads.slice(0, 40)) {
  await delete_lead({ id });\n}`,
  );
  assertEquals(level, "high");
  const found = findings.find(({ rule }) => rule === "writes_in_a_loop")!;
  assertStringIncludes(found.message, "crm.delete_lead, up to 40 times, over leads.slice(0, 40)");
  assertEquals([found.line, found.level], [5, "high"]);
});

Deno.test("assessRisk takes a loop of unknown length that destroys for critical", async () => {
  const code = CRM +
    `for (const { id } of (await list_leads({})).leads) await delete_lead({ id });`;
  const { level, score, estimatedWrites } = await riskOf(code);
  assertEquals([level, estimatedWrites], ["critical", null]);
  assert(score >= 75 && score <= 100);
});

Deno.test("assessRisk reads through skills: their tools, their loops, their lines", async () => {
  const skills = {
    clean: `import { delete_lead } from "./servers/crm/delete_lead.ts";
export async function clean(ids) {
  for (const id of ids) await delete_lead({ id });
}`,
  };
  const code = `import { clean } from "./skills/clean";\nawait clean(["a"]);`;
  const { findings } = await riskOf(code, { skills });
  const found = findings.find(({ rule }) => rule === "writes_in_a_loop")!;
  assertEquals([found.line, found.skill], [3, "clean"]);
});

Deno.test("assessRisk finds a skill that has changed since it was approved", async () => {
  const skills = { clean: `export const clean = () => 1;`, other: `export const other = 1;` };
  const code = `import "./skills/clean"; import "./skills/other";`;
  const skillState = (name: string) => name === "clean" ? "changed" as const : "approved" as const;
  const { findings } = await riskOf(code, { skills, skillState });
  assertEquals(findings.map(({ rule, message }) => [rule, message.endsWith(": clean")]), [
    ["uses_a_skill_that_changed", true],
  ]);
});

Deno.test("the configuration raises, lowers, silences and adds rules", async () => {
  const code = CRM + `await update_lead({}); await delete_lead({});`;
  const raised = await riskOf(code, { risk: { rules: { writes: "critical" } } });
  assertEquals(raised.level, "critical");
  const lowered = await riskOf(code, { risk: { rules: { destroys: "low" } } });
  assertEquals(lowered.level, "low");
  const silenced = await riskOf(code, { risk: { rules: { destroys: "off", writes: "off" } } });
  assertEquals(silenced.findings, []);
  for (
    const fits of [
      { server: "crm", tool: "delete_*" },
      { annotation: "destructiveHint" },
      { effect: "destroys" },
      { data: "personal", tool: "delete_lead" },
    ] as const
  ) {
    const { level, findings } = await riskOf(code, {
      risk: { add: [{ ...fits, level: "critical", message: "Never before month's end" }] },
    });
    assertEquals([level, findings[0]!.rule], ["critical", "configured"]);
    assertEquals(findings[0]!.message, "Never before month's end: crm.delete_lead");
  }
  const none = await riskOf(code, { risk: { add: [{ server: "other", level: "critical" }] } });
  assertEquals(none.level, "high");
});

Deno.test("the configuration says what a tool does, whatever the tool says", async () => {
  const code = `import { frobnicate } from "./servers/bare"; await frobnicate();`;
  const tools = [{ server: "bare", tool: "frob*", effect: "reads" }] as const;
  assertEquals((await riskOf(code, { risk: { tools } })).findings, []);
});

Deno.test("checkRiskPolicy refuses a rule that there is not, and names those that there are", async () => {
  const { policy } = await parseConfig({ policy: { risk: { rules: { writes_often: "off" } } } });
  const error = assertThrows(() => checkRiskPolicy(policy.risk), AirlockError);
  assertEquals(error.code, "CONFIG_INVALID");
  assertStringIncludes(error.hint!, "writes_in_a_loop");
});

Deno.test("a program that cannot be read to its end is critical, and takes no time to be so", async () => {
  const names = Array.from({ length: 40 }, (_, n) => `a${n}`);
  const chain = names.slice(1).map((name, n) => `function ${name}() { return a${n}(); }`).reverse();
  const circles = `import { list_leads } from "./servers/crm";\n${chain.join("\n")}\n` +
    "function a0() { return list_leads(); }\na39();";
  const { level, findings, estimatedWrites } = await riskOf(circles);
  assertEquals([level, findings[0]!.rule, estimatedWrites], ["critical", "cannot_be_judged", null]);
});

Deno.test("a function that nobody can review is found, and how many ways are too many is configured", async () => {
  const ways = (count: number) => `function f(x) {\n${"if (x) x;\n".repeat(count)}}\nf(1);`;
  const many: readonly [part: string, count: number][] = [
    ["if (x) x;", 50],
    ["x ? 1 : 2;", 50],
    ["x && f(x);", 50],
    ["x?.y;", 50],
    ["x ??= 1;", 50],
    ["for (const y of x) y;", 50],
    ["while (x) x--;", 50],
    ["try { f(); } catch { x; }", 50],
  ];
  for (const [part, count] of many) {
    const text = (times: number) => `function f(x) {\n${`${part}\n`.repeat(times)}}\nf(1);`;
    const found = (await riskOf(text(count))).findings.find(({ rule }) =>
      rule === "hard_to_review"
    );
    assertEquals([found?.level, found?.line], ["medium", 1], part);
    assertStringIncludes(found!.message, "51 ways");
    assertEquals(rulesOf(await riskOf(text(count - 1))), [], part);
  }
  const cases = Array.from({ length: 50 }, (_, n) => `case ${n}: g();`).join("\n");
  assertEquals(rulesOf(await riskOf(`switch (g()) { ${cases} }\nfunction g() {}`)), [
    "hard_to_review",
  ]);
  assertEquals(rulesOf(await riskOf(ways(60), { risk: { maxComplexity: 100 } })), []);
  assertEquals(rulesOf(await riskOf(ways(5), { risk: { maxComplexity: 5 } })), ["hard_to_review"]);
  assertEquals(rulesOf(await riskOf(ways(60), { risk: { rules: { hard_to_review: "off" } } })), []);
  // Many functions of which each is short are a table.
  const table = Array.from({ length: 60 }, (_, n) => `const f${n} = (x) => x ? 1 : 2;`).join("\n");
  assertEquals(rulesOf(await riskOf(table)), []);
});

Deno.test("every rule has a sentence and says what would lower the risk", () => {
  for (const [name, { sentence, lowers }] of Object.entries(RISK_RULES)) {
    assert(/^[A-Z].*[^.]$/.test(sentence) && /^[A-Z].*[^.]$/.test(lowers), name);
  }
});
