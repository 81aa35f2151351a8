import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { readProgram } from "../../src/program/read_program.ts";
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
