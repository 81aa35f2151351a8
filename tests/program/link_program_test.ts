import { assert, assertEquals } from "@std/assert";
import { linkProgram } from "../../src/program/link_program.ts";
import { readProgram } from "../../src/program/read_program.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

const wrappers = testWrappers({ crm: ["list_leads", "get_lead"] });

async function link(code: string, skills: Record<string, string> = {}) {
  await using stripper = await startTestStripper();
  const program = await readProgram(code, { stripper, wrappers, skills: testSkills(skills) });
  return await linkProgram(program, { wrappers, guestUrl: "file:///guest/" });
}

Deno.test("linkProgram leaves every line of the program where it was, one further down", async () => {
  const code = `import { list_leads } from "./servers/crm/list_leads.ts";
const a: number = 1;
  list_leads({ a });`;
  const { files: [own] } = await link(code);
  const lines = own!.js.split("\n");
  assertEquals(lines[2], "const a         = 1;");
  assertEquals(lines[3], "  list_leads({ a });");
  const statement = `import { list_leads as list_leads } from "file:///modules/crm/list_leads.js";`;
  assert(lines[0]!.startsWith(statement));
});

Deno.test("linkProgram gives a namespace of a server only the tools in use", async () => {
  const { files } = await link(`import * as crm from "./servers/crm"; crm.get_lead({});`);
  const server = files.find(({ path }) => path === "server_crm.js");
  assertEquals(server?.js, `export { get_lead } from "file:///modules/crm/get_lead.js";`);
});

Deno.test("linkProgram drops the names of types that are imported without saying so", async () => {
  const { files: [own] } = await link(
    `import { list_leads, ListLeadsInput } from "./servers/crm/list_leads.ts";
const input: ListLeadsInput = {}; list_leads(input);`,
  );
  assert(!own!.js.includes("ListLeadsInput"));
});

Deno.test("linkProgram lets no import() through but by the table of what the text names", async () => {
  const { files: [own] } = await link(
    `const a = await import("./servers/crm/get_lead.ts"); const b = await import("./" + x);`,
  );
  const [first, ...rest] = own!.js.split("\n");
  assert(!/\bimport\(/.test(rest.join("\n")));
  assert(first!.includes(`["servers/crm/get_lead"]: () => import(`));
});

Deno.test("linkProgram blanks the comments that make the runtime read a file", async () => {
  const map = "# sourceMappingURL=data:application/json;base64,e30=";
  const { files: [own] } = await link(`let a = 1; //${map}\n/*${map}*/ a++;\n//@ sourceURL=x`);
  assert(!/source(Mapping)?URL/.test(own!.js));
  assert(own!.js.split("\n").at(-1)!.endsWith("} //"));
});

Deno.test("linkProgram makes each way to give a value what the program's function returns", async () => {
  const programs: [string, unknown][] = [
    ["return 1;", 1],
    ["export default 2", 2],
    ["export default (() => 3)()\n[0].x;", undefined],
    ["export default function f() { return g(); }\nfunction g() { return 4; }", 4],
    ["export default function () { return 5; }\n[0].length;", 5],
    ["const six = 6;\nexport { six as default };", 6],
    ["export const seven = 7;\nexport { seven as more };\nreturn seven;", 7],
    ["export default class { static eight = 8; }\n(1);", 8],
    ["export  /* a */  default  9;", 9],
    ["const $exported__ = 10;\nexport default $exported__;", 10],
    ["export async function main() { return 11; }\nif (await main() > 1) { return 11; }", 11],
    ["class A { m() { return 1; } }", undefined],
    ["export default (1 + 11);", 12],
    ["export default ((1, 13))", 13],
    ["export default (async () => 14);", 14],
    ["export default\n(function () { return 15; })", 15],
    ["#!/usr/bin/env -S deno run\nreturn 16;", 16],
    ["#!/usr/bin/env deno\u2028return 17;", 17],
    ['const eighteen = 18;\nexport { eighteen as "default" };', 18],
    ["let a = () => 0\nexport default 19\n", 19],
    ["export default (1 + 1)\n/* not a call of it */;(20);", 2],
    ["return import.meta.main && import.meta.url.endsWith('program.ts') ? 21 : 0;", 21],
    ["let \\u0024exported__ = 1; export default 22;", 22],
    ["enum E { A = 23 }\nexport default (E.A);", 23],
  ];
  for (const [code, expected] of programs) {
    const { files: [own] } = await link(code);
    const module = await import(`data:text/javascript,${encodeURIComponent(own!.js)}`);
    const value = await module.default().catch((error: Error) => error.message.slice(0, 0));
    const given = typeof value === "function" && !("eight" in value) ? await value() : value;
    assertEquals(given?.eight ?? (given === "" ? undefined : given), expected, code);
  }
});

Deno.test("linkProgram lets what stands around an import or export be as it was", async () => {
  const call = "let calls = 0;\nconst f = () => calls++\nf\n";
  const codes = ['import "airlock"', 'export * from "airlock"', "export {}", "export { f }"];
  for (const code of codes) {
    const { files: [own] } = await link(`${call}${code}\n(1)\nreturn calls;`);
    const js = own!.js.replaceAll("file:///guest/airlock.js", "data:text/javascript,");
    const module = await import(`data:text/javascript,${encodeURIComponent(js)}`);
    // The line before ends where the statement began that is gone.
    assertEquals(await module.default(), 0, code);
  }
});

Deno.test("linkProgram gives what a program exports by default of another module", async () => {
  const skills = { one: "export default 1; export const two = 2;" };
  const programs: [string, unknown][] = [
    ['export { default } from "./skills/one";', 1],
    ['export { two as default } from "./skills/one";', 2],
    ['export { two } from "./skills/one";\nreturn 3;', 3],
    ['export * as default from "./skills/one";', { default: 1, two: 2 }],
  ];
  for (const [code, expected] of programs) {
    const { files: [own, skill] } = await link(code, skills);
    const url = `data:text/javascript,${encodeURIComponent(skill!.js)}`;
    const js = own!.js.replaceAll("./skill_one.js", url);
    const module = await import(`data:text/javascript,${encodeURIComponent(js)}`);
    const value = await module.default();
    assertEquals(typeof value === "object" ? { ...value } : value, expected, code);
  }
});

Deno.test("linkProgram makes the exports of a skill anew, whatever stands between their words", async () => {
  const hidden = 'export * from "node:sqlite"';
  const skill = [
    `const text = \`\n${hidden}\n\`;`,
    `export * // c\n from "airlock";`,
    `export /* ${hidden} */ { callTool as "a b" } // ${hidden}\u2028 from // c\r"airlock"`,
    `export * as all from "airlock" // ${hidden}`,
  ].join("\n");
  const { files } = await link('import "./skills/s";', { s: skill });
  const { js } = files.find(({ path }) => path === "skill_s.js")!;
  const [head, ...body] = js.split("\n");
  const url = '"file:///guest/airlock.js"';
  assertEquals(
    head,
    `export * from ${url}; export { callTool as "a b" } from ${url}; export * as all from ${url};`,
  );
  assertEquals(
    body.join("\n").replaceAll(/\s/g, ""),
    `consttext=\`export*from"node:sqlite"\`;;;;//`,
  );
});

Deno.test("linkProgram leaves nothing of the host in import.meta", async () => {
  const skills = { s: "t(import.meta.url);" };
  const { files } = await link(
    'import "./skills/s"; t(import/* c */.\n meta); import . meta . url;',
    skills,
  );
  for (const { js } of files) assert(!/\bimport\s*\./.test(js), js);
});

Deno.test("linkProgram keeps the columns of what stands behind export", async () => {
  const { files: [own] } = await link("export default fail();\nexport const a = fail();");
  const [, first, second] = own!.js.split("\n");
  assertEquals([first!.indexOf("fail"), second!.indexOf("fail")], [15, 17]);
});

Deno.test("linkProgram finds a name for the loader that the program does not have", async () => {
  const { files: [own] } = await link(`const $load_ = 1; await import("airlock");`);
  assert(own!.js.includes('await $load0("airlock")'));
});
