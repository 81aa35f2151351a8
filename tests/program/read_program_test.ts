import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { asModule } from "../../src/program/as_module.ts";
import { judgeLinked } from "../../src/program/judge_linked.ts";
import { linkProgram } from "../../src/program/link_program.ts";
import { parseModule, withoutFence } from "../../src/program/parse_module.ts";
import { importTarget } from "../../src/program/import_target.ts";
import { readProgram } from "../../src/program/read_program.ts";
import { readSingleCall } from "../../src/program/read_single_call.ts";
import { tracePositions } from "../../src/program/source_positions.ts";
import type { Stripper } from "../../src/program/strip_types.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

const wrappers = testWrappers({
  crm: ["list_leads", "get_lead", "delete_lead"],
  drive: ["read_document"],
});
const skills = testSkills({
  outer: `import { inner } from "./skills/inner"; export const outer = () => inner();`,
  inner: `import { read_document } from "./servers/drive/read_document.ts";
import "./skills/outer";
export const inner = () => read_document({});`,
  evil: `import "npm:left-pad";`,
});

async function capabilities(code: string): Promise<string[]> {
  await using stripper = await startTestStripper();
  const program = await readProgram(code, { stripper, wrappers, skills });
  return program.capabilities.map(({ server, tool }) => `${server}.${tool}`).sort();
}

Deno.test("readProgram derives from each form of import just what it may call", async () => {
  const cases: [string, string[]][] = [
    [`return 1`, []],
    [`import { list_leads } from "./servers/crm/list_leads.ts"; list_leads();`, ["crm.list_leads"]],
    [`import { list_leads as all } from "./servers/crm"; all();`, ["crm.list_leads"]],
    [`import * as crm from "./servers/crm"; await crm.get_lead({});`, ["crm.get_lead"]],
    [
      `import * as crm from "./servers/crm"; const name = "get_lead"; crm[name]();`,
      ["crm.delete_lead", "crm.get_lead", "crm.list_leads"],
    ],
    [`export * from "./servers/drive";`, ["drive.read_document"]],
    [`const { get_lead } = await import("./servers/crm/get_lead.ts");`, ["crm.get_lead"]],
    [`import { callTool } from "airlock"; callTool("crm", "get_lead", {});`, ["crm.get_lead"]],
    [`import * as air from "airlock"; air.callTool("crm", \`get_lead\`);`, ["crm.get_lead"]],
    [`import { callTool } from "airlock"; callTool("crm", "no_such_tool");`, []],
    [`import { outer } from "./skills/outer"; outer();`, ["drive.read_document"]],
    [`import type { ListLeadsInput } from "./servers/crm/list_leads.ts";`, []],
    [`// import "./servers/crm/delete_lead.ts"\nconst text = 'import "./servers/crm"';`, []],
  ];
  for (const [code, expected] of cases) assertEquals(await capabilities(code), expected, code);
});

Deno.test("readProgram derives what callTool may call from constants", async () => {
  const both = ["crm.get_lead", "crm.list_leads"];
  const cases: [string, string[]][] = [
    [`const t = "get_lead"; callTool("crm", t);`, ["crm.get_lead"]],
    [`for (const t of ["get_lead", "list_leads"]) await callTool("crm", t);`, both],
    [
      `const all = ["get_lead", "list_leads"] as const;\nfor (const t of all) callTool("crm", t);`,
      both,
    ],
    [`const all = ["get_lead", "list_leads"]; all.forEach((t) => callTool("crm", t));`, both],
    [`await Promise.all(["get_lead", "list_leads"].map(async (t) => callTool("crm", t)));`, both],
    [`["get_lead"].map(function (t) { return callTool("crm", t); });`, ["crm.get_lead"]],
    [`const kind = "lead"; callTool("crm", \`get_\${kind}\`);`, ["crm.get_lead"]],
    [`callTool("crm", "get_" + "lead");`, ["crm.get_lead"]],
    [`callTool("crm", Math.random() > 1 ? "get_lead" : "list_leads");`, both],
    [`const T = { one: "get_lead", all: "list_leads" }; callTool("crm", T.one);`, ["crm.get_lead"]],
    [`const T = { one: "get_lead", all: "list_leads" }; callTool("crm", T[x]);`, both],
    [
      `for (const [s, t] of [["crm", "get_lead"], ["drive", "read_document"]]) callTool(s, t);`,
      ["crm.get_lead", "drive.read_document"],
    ],
    [
      `const all = [{ server: "crm", tool: "get_lead" }, { server: "drive", tool: "read_document" }];
for (const { server, tool } of all) await callTool(server, tool, {});
for (const each of all) await callTool(each.server, each.tool, {});`,
      ["crm.get_lead", "drive.read_document"],
    ],
    // Each tool with its own server: no tool of the one is taken for the other's.
    [
      `for (const c of [{ s: "crm", t: "no" }, { s: "no", t: "get_lead" }]) callTool(c.s, c.t);`,
      [],
    ],
    // What is given a second value, or comes from elsewhere, is no constant.
    [`let t = "get_lead"; t = other(); callTool("crm", t);`, []],
    [`const f = (t) => callTool("crm", t); f("get_lead");`, []],
    [`const t = "get_lead"; { const t = other(); callTool("crm", t); }`, []],
    [`for (const t of names()) callTool("crm", t);`, []],
    [`const a = a; callTool("crm", a); const b = [b]; for (const c of b) callTool(c, c);`, []],
  ];
  for (const [code, expected] of cases) {
    const program = `import { callTool } from "airlock";\n${code}`;
    assertEquals(await capabilities(program), expected, code);
  }
});

Deno.test("readProgram refuses an import of anything else, with the line and what is allowed", async () => {
  await using stripper = await startTestStripper();
  const programs = [
    `import "./other.ts";`,
    `import "npm:zod";`,
    `import "https://example.com/x.ts";`,
    `import fs from "node:fs";`,
    `export * from "file:///etc/passwd";`,
    `await import("data:text/javascript,1");`,
    `import data from "./servers/crm/list_leads.ts" with { type: "text" };`,
    `await import("./servers/crm/list_leads.ts", { with: { type: "text" } });`,
    `import source x from "./servers/crm";`,
    `import defer * as x from "./servers/crm";`,
    `import "./skills/evil";`,
    `import "./skills/absent";`,
    `if (false) { await import("npm:never-run"); }`,
  ];
  for (const program of programs) {
    const read = () => readProgram(`\n${program}`, { stripper, wrappers, skills });
    const error = await assertRejects(read, AirlockError);
    assert(["IMPORT_REFUSED", "PROGRAM_SYNTAX"].includes(error.code), program);
    if (!program.includes("skills/evil")) assertEquals(error.position?.line, 2, program);
  }
});

Deno.test("readProgram names what was probably meant", async () => {
  await using stripper = await startTestStripper();
  const hints = {
    [`import { x } from "./servers/crmm/list_leads.ts";`]:
      `Did you mean "./servers/crm/list_leads.ts"?`,
    [`import { x } from "./servers/crm/list_lead.ts";`]:
      `Did you mean "list_leads", "get_lead" or "delete_lead"?`,
    [`import { getLead } from "./servers/crm"; getLead();`]: `Did you mean "get_lead"?`,
    [`import { x } from "./skills/ouer";`]: `Did you mean "outer"?`,
  };
  for (const [code, hint] of Object.entries(hints)) {
    const error = await assertRejects(
      () => readProgram(code, { stripper, wrappers, skills }),
      AirlockError,
    );
    assertEquals(error.hint, hint);
  }
});

Deno.test("readProgram gives programs a hash that tells their skills apart", async () => {
  await using stripper = await startTestStripper();
  const code = `import { s } from "./skills/s"; return s;`;
  const hash = async (text: string) =>
    (await readProgram(code, { stripper, wrappers, skills: testSkills({ s: text }) })).hash;
  assertEquals(await hash("export const s = 1;"), await hash("export const s = 1;"));
  assert(await hash("export const s = 1;") !== await hash("export const s = 2;"));
});

Deno.test("importTarget knows every way to name a tool, a server and a skill", () => {
  const tool = { kind: "tool", folder: "crm", file: "list_leads" } as const;
  const server = { kind: "server", folder: "crm" } as const;
  const skill = { kind: "skill", name: "dedupe" } as const;
  const targets = {
    "./servers/crm/list_leads.ts": tool,
    "servers/crm/list_leads": tool,
    "./servers/./crm//list_leads.ts": tool,
    "./servers/crm": server,
    "servers/crm/": server,
    "./servers/crm/index.ts": server,
    "./servers/crm/index": server,
    "./skills/dedupe": skill,
    "skills/dedupe.ts": skill,
    "./skills/dedupe/skill.ts": skill,
    "airlock": { kind: "airlock" },
    "node:path": { kind: "node", module: "path" },
    "path": { kind: "node", module: "path" },
    "assert/strict": { kind: "node", module: "assert/strict" },
  } as const;
  for (const [specifier, target] of Object.entries(targets)) {
    assertEquals(importTarget(specifier), target, specifier);
  }
});

Deno.test("importTarget knows nothing else", () => {
  const specifiers = [
    "/etc/passwd",
    "./other.ts",
    "../servers/crm/list_leads.ts",
    "./servers/../secret.ts",
    "./servers/crm/../../secret.ts",
    "./servers/..",
    "./servers/.git/config",
    "./servers/client.ts",
    "./servers/crm/deep/er.ts",
    "./servers/crm/list%2fleads.ts",
    "./servers/crm/list_leads.ts?x",
    "./servers/crm/list_leads.ts#x",
    "./servers/crm\\list_leads.ts",
    "./servers/crm/list\u0000leads.ts",
    "./skills/dedupe/other.ts",
    "./workspace/code.ts",
    "file:///servers/crm/list_leads.ts",
    "http://localhost/x.ts",
    "npm:zod",
    "jsr:@std/path",
    "data:text/javascript,1",
    "blob:null/1",
    "node:fs",
    "node:module",
    "node:worker_threads",
    "node:vm",
    "fs",
    "Airlock",
    "",
  ];
  for (const specifier of specifiers) assertEquals(importTarget(specifier), undefined, specifier);
});

/** A stripper that nobody may ask. */
const NEVER: Stripper = {
  strip: (source) => Promise.reject(new Error(`asked to strip ${source}`)),
};

Deno.test("parseModule reads what has no types without asking the child", async () => {
  const source = "const big = [1, 2].filter((n) => (n > 1)); // a > b\nreturn big;";
  const { js, tree, toSource } = await parseModule(source, NEVER);
  assertEquals(js, source.replace("// a > b", "        "));
  assertEquals(tree.body.length, 2);
  assertEquals(toSource({ line: 2, column: 3 }), { line: 2, column: 3 });
});

Deno.test("parseModule leaves no comment, and no blank or line end but one kind of each", async () => {
  const sources: [source: string, js: string][] = [
    ["return 1;\n//# sourceMappingURL=file:///etc/passwd", `return 1;\n${" ".repeat(39)}`],
    ["#!/usr/bin/env deno\nreturn 1;", `${" ".repeat(19)}\nreturn 1;`],
    ["1;/* a\r\nb\u2028c\rd */2;", "1;     \n \n \n    2;"],
    ["\ufeff1\u00a0+\u30002\t;\u2029\r\n3", " 1 + 2 ;\n \n3"],
    ["`a/* b */\r\n` + '// c' + /\\/*/ //d", "`a/* b */\r\n` + '// c' + /\\/*/    "],
  ];
  for (const [source, expected] of sources) {
    assertEquals((await parseModule(source, NEVER)).js, expected);
  }
});

Deno.test("parseModule asks the child where JavaScript and TypeScript read two programs", async () => {
  const ambiguous = ["f<T>(x);", "f<A, B>(x);", "f<T>`x`;", "f<T> /* here */ (x);", "f<T>\n(x);"];
  for (const source of [...ambiguous, "const a: number = 1;"]) {
    await assertRejects(() => parseModule(source, NEVER), Error, "asked to strip");
  }
});

Deno.test("parseModule says where a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const error = await assertRejects(
    () => parseModule("let a = 1;\nlet b = ;", stripper),
    AirlockError,
  );
  assertEquals(error.code, "PROGRAM_SYNTAX");
  assertEquals(error.position, { line: 2, column: 9 });
});

Deno.test("parseModule gives a call with type arguments as a call", async () => {
  await using stripper = await startTestStripper();
  const { tree } = await parseModule("f<T>(x);", stripper);
  const [statement] = tree.body;
  assert(statement?.type === "ExpressionStatement");
  assertEquals(statement.expression.type, "CallExpression");
});

Deno.test("withoutFence takes the fence of Markdown away, and leaves every line where it was", () => {
  const cases: [code: string, expected: string][] = [
    ["```ts\nreturn 1;\n```", "     \nreturn 1;\n   "],
    ["\n  ```\r\nreturn 1;\r\n```\n\n", "\n     \r\nreturn 1;\r\n   \n\n"],
    ["return 1;", "return 1;"],
    ["```ts\nreturn 1;", "```ts\nreturn 1;"],
    ["return 1;\n```", "return 1;\n```"],
    ["```\n```", "   \n   "],
    ["```", "```"],
    ["", ""],
  ];
  for (const [code, expected] of cases) assertEquals(withoutFence(code), expected, code);
});

Deno.test("strip keeps every position where types only need to go", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("const a: number = 1;\nreturn a as number;");
  assertEquals(stripped, { js: "const a         = 1;\nreturn a          ;" });
});

Deno.test("strip traces positions back where types need code", async () => {
  await using stripper = await startTestStripper();
  const source = "enum Colour { Red }\n\n\nthrow new Error(Colour[0]);";
  const stripped = await stripper.strip(source);
  assert("map" in stripped);
  const { js, map } = stripped;
  const toSource = tracePositions({ linesAbove: 0, map });
  const line = js.split("\n").findIndex((text) => text.startsWith("throw")) + 1;
  assertEquals(toSource({ line, column: 1 }), { line: 4, column: 1 });
});

Deno.test("strip says that a text is no TypeScript", async () => {
  await using stripper = await startTestStripper();
  const stripped = await stripper.strip("let a = 1;\nlet b = ;");
  assert("error" in stripped);
});

async function made(source: string): Promise<string> {
  await using stripper = await startTestStripper();
  return await asModule(source, stripper);
}

const MODULES: Readonly<Record<string, string>> = {
  "a function": "export function add(a: number) { return a + 1; }",
  "a function in a constant": "const one = 1;\nexport const add = async (a: number) => await a;",
  "a list with a function": "function add() {}\nconst one = 1;\nexport { add, one };",
  "a function by default": "export default function () { for (;;) break; }",
  "what a skill exports": 'export { add } from "./skills/add";',
};

for (const [what, source] of Object.entries(MODULES)) {
  Deno.test(`asModule leaves a program alone that exports ${what} and does nothing`, async () => {
    assertEquals(await made(source), source);
  });
}

Deno.test("asModule makes the work of a program a function, and leaves its imports at the top", async () => {
  const source = `import { list_leads } from "./servers/crm/list_leads.ts";
import type { Lead } from "./servers/crm/list_leads.ts";
export interface Count { n: number }
// import type { Not } from "an import";
const text = \`
import type { Nor } from "this";
\`;
export const count = (leads: Lead[]): Count => ({ n: leads.length });
const { leads } = await list_leads({ limit: 10 });
return count(leads).n + text.length;
`;
  assertEquals(
    await made(source),
    `import { list_leads } from "./servers/crm/list_leads.ts";
import type { Lead } from "./servers/crm/list_leads.ts";

export async function run() {
interface Count { n: number }
// import type { Not } from "an import";
const text = \`
import type { Nor } from "this";
\`;
const count = (leads: Lead[]): Count => ({ n: leads.length });
const { leads } = await list_leads({ limit: 10 });
return count(leads).n + text.length;
}
`,
  );
});

Deno.test("asModule returns what a program exports by default, and names what is free", async () => {
  assertEquals(
    await made('import { run } from "./skills/run";\nexport default await run();'),
    'import { run } from "./skills/run";\n\nexport async function runSkill() {\nreturn await run();\n}\n',
  );
  assertEquals(
    await made("const a = 1;\nexport { a };\n"),
    "export async function run() {\nconst a = 1;\n}\n",
  );
});

const REFUSED: Readonly<Record<string, string>> = {
  "exports by default before its end": "export default await 1; console.log(2);",
  "exports a function by default and works": "await 1; export default function f() {}",
  "exports another module's and works": 'await 1; export * from "./skills/a";',
  "has an enum": "enum A { B }\nreturn A.B;",
};

for (const [what, source] of Object.entries(REFUSED)) {
  Deno.test(`asModule refuses a program that ${what}`, async () => {
    assertEquals((await assertRejects(() => made(source), AirlockError)).code, "REQUEST_INVALID");
  });
}

const GET = 'import { get_lead } from "./servers/crm/get_lead.ts";\n';
const CRM = 'import * as crm from "./servers/crm";\n';
const CALL_TOOL = 'import { callTool } from "airlock";\n';
const ID = { id: "lead-1" };

async function read(code: string) {
  await using stripper = await startTestStripper();
  const wrappers = testWrappers({ crm: ["get_lead", "list_leads"], drive: ["list_files"] });
  const skills = testSkills({ tidy: "export const tidy = (x) => x;" });
  return readSingleCall(await readProgram(code, { stripper, wrappers, skills }));
}

Deno.test("readSingleCall reads a call whose answer is given back as it is", async () => {
  const programs: [string, { at: [number, number]; gives: "value" | "log" }][] = [
    [`${GET}return await get_lead({ id: "lead-1" });`, { at: [2, 14], gives: "value" }],
    [`${GET}return get_lead({ "id": \`lead-1\` });`, { at: [2, 8], gives: "value" }],
    [`${GET}export default await get_lead({ id: "lead-1" })`, { at: [2, 22], gives: "value" }],
    [`${GET}console.log(await get_lead({ id: "lead-1" }));`, { at: [2, 19], gives: "log" }],
    [
      `${GET}// One lead.\nconst lead: unknown = await get_lead({ id: "lead-1" });\nreturn lead;`,
      { at: [3, 29], gives: "value" },
    ],
    [
      `${GET}const lead = await get_lead({ id: "lead-1" });\nconsole.log(lead);;`,
      { at: [2, 20], gives: "log" },
    ],
    [`${CRM}return await crm.get_lead({ id: "lead-1" });`, { at: [2, 18], gives: "value" }],
    [
      `${CALL_TOOL}return await callTool<object>("crm", "get_lead", { id: "lead-1" });`,
      { at: [2, 14], gives: "value" },
    ],
    [
      'import * as airlock from "airlock";\n' +
      'return await airlock.callTool("crm", "get_lead", { id: "lead-1" });',
      { at: [2, 22], gives: "value" },
    ],
  ];
  for (const [code, { at: [line, column], gives }] of programs) {
    const expected = { server: "crm", tool: "get_lead", arguments: ID };
    assertEquals(await read(code), { ...expected, position: { line, column }, gives }, code);
  }
});

Deno.test("readSingleCall takes any JSON that stands in the text for arguments, and none for {}", async () => {
  const text = '{ a: [1, -2.5, "x", null, true, { b: [] }], "c d": -0, 7: 1e3, ["x".length] : 1 }';
  const [plain] = text.split(', ["x"');
  assertEquals((await read(`${GET}return await get_lead(${plain} });`))?.arguments, {
    7: 1000,
    a: [1, -2.5, "x", null, true, { b: [] }],
    "c d": -0,
  });
  assertEquals((await read(`${GET}return await get_lead();`))?.arguments, {});
  assertEquals(
    (await read(`${CALL_TOOL}return await callTool("crm", "get_lead");`))?.arguments,
    {},
  );
});

Deno.test("readSingleCall leaves every other program to a worker", async () => {
  const call = 'await get_lead({ id: "lead-1" })';
  const programs = [
    "return 1;",
    `${GET}${call};`,
    `${GET}return (${call}).name;`,
    `${GET}return [${call}];`,
    `${GET}const { name } = ${call};\nreturn name;`,
    `${GET}const a = ${call};\nconst b = ${call};\nreturn a;`,
    `${GET}const a = ${call};\nreturn b;`,
    `${GET}const console = ${call};\nconsole.log(console);`,
    `${GET}console.log(get_lead({ id: "lead-1" }));`,
    `${GET}console.log(${call}, 1);`,
    `${GET}console.error(${call});`,
    `${GET}console["log"](${call});`,
    `${GET}if (true) return ${call};`,
    `${GET}try { return ${call}; } catch { return null; }`,
    `${GET}return await get_lead({ id: "lead-" + 1 });`,
    `${GET}return await get_lead({ id: Date.now() });`,
    `${GET}return await get_lead({ id: undefined });`,
    `${GET}return await get_lead({ id: 1n });`,
    `${GET}return await get_lead({ id: 1e999 });`,
    `${GET}return await get_lead({ id: /x/ });`,
    `${GET}return await get_lead({ __proto__: { id: 1 } });`,
    `${GET}return await get_lead({ ["id"]: 1 });`,
    `${GET}return await get_lead({ get id() { return 1; } });`,
    `${GET}return await get_lead({ id: [1, , 2] });`,
    `${GET}return await get_lead({ ...{ id: 1 } });`,
    `${GET}return await get_lead(["lead-1"]);`,
    `${GET}return await get_lead("lead-1");`,
    `${GET}return await get_lead({}, {});`,
    `${GET}return await get_lead?.({ id: "lead-1" });`,
    `${GET}return await get_lead.call(null, { id: "lead-1" });`,
    `${CRM}return await crm["get_lead"]({ id: "lead-1" });`,
    `${CALL_TOOL}return await callTool("crm", "no_such_tool", {});`,
    `${CALL_TOOL}const tool = "get_lead";\nreturn await callTool("crm", tool, {});`,
    `${GET}import { list_files } from "./servers/drive/list_files.ts";\nlist_files;\nreturn ${call};`,
    `${GET}import { tidy } from "./skills/tidy";\nreturn ${call};`,
    `${GET}import { inspect as console } from "node:util";\nconsole.log(${call});`,
    `${GET}return await import("./servers/crm/get_lead.ts");`,
  ];
  for (const code of programs) assertEquals(await read(code), undefined, code);
});

const URL_OF_TOOL = "file:///modules/crm/get_lead.js";
const CODE = `import { get_lead } from "./servers/crm/get_lead.ts";
const lead = await get_lead({ id: 1 });
let text = \`a\${lead.name}b\`.replace(/x/g, "y");
for (const each of [1, , 2]) text += each;
export default text;`;

/** The linked file of {@linkcode CODE}, and what it is expected to be. */
async function linked() {
  const wrappers = testWrappers({ crm: ["get_lead"] });
  await using stripper = await startTestStripper();
  const program = await readProgram(CODE, { stripper, wrappers, skills: testSkills({}) });
  const { files: [file] } = await linkProgram(program, { wrappers, guestUrl: "file:///guest/" });
  const [, value] = /\{ let (\S+);\n/.exec(file!.js)!;
  const names = {
    loader: "$load",
    makeLoader: "$make",
    meta: "$meta",
    value: value!,
    given: undefined,
    usesLoader: false,
    usesMeta: false,
  };
  const module = program.modules[0]!;
  return { js: file!.js, expected: { module, names, imports: [URL_OF_TOOL], loads: [] } };
}

/** A change of the file, and the word of the refusal. */
const CHANGES: readonly [from: string, to: string, refused: RegExp][] = [
  ["{ id: 1 }", "{ id: 2 }", /its code/],
  ["{ id: 1 }", "{ id: 1, all: true }", /its code/],
  ["const lead", "let lead", /its code/],
  ["await get_lead", "get_lead", /its code/],
  ["lead.name", "lead[name]", /its code/],
  ["`a${", "`c${", /its code/],
  ["/x/g", "/x/i", /its code/],
  ["[1, , 2]", "[1, 2]", /its code/],
  ["for (", "get_lead({}); for (", /its code/],
  ["for (const each of [1, , 2]) text += each;", "", /its code/],
  ["async () =>", "async (more) =>", /its code/],
  ["export default", "const leak = 1; export default", /its code/],
  [URL_OF_TOOL, "file:///modules/crm/delete_lead.js", /its imports/],
  ["import ", 'import "file:///modules/crm/delete_lead.js"; import ', /its imports/],
  [`"${URL_OF_TOOL}"`, `"${URL_OF_TOOL}" with { type: "json" }`, /its imports/],
  ["lead.name", '(await import("node:fs"))', /its imports/],
  ["lead.name", "import.meta.url", /its imports/],
  ["lead.name", "lead/* */.name", /its comments/],
  ["} //", "} // more", /its comments/],
];

Deno.test("judgeLinked() takes the file as it was linked", async () => {
  const { js, expected } = await linked();
  judgeLinked(js, expected);
  judgeLinked(js.replace("const lead", ";;const   lead"), expected);
});

Deno.test("judgeLinked() refuses each change of the code, the imports and the comments", async () => {
  const { js, expected } = await linked();
  for (const [from, to, message] of CHANGES) {
    const changed = js.replace(from, () => to);
    assert(changed !== js, from);
    const error = assertThrows(() => judgeLinked(changed, expected), AirlockError);
    assertEquals(error.code, "PROGRAM_SYNTAX", to);
    assert(message.test(error.message), `${to}: ${error.message}`);
  }
});
