import { assert, assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/errors.ts";
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
  assertEquals(
    lines[0],
    `import { list_leads as list_leads } from "file:///modules/crm/list_leads.js";`,
  );
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
  assert(first!.includes(`"servers/crm/get_lead": () => import(`));
});

Deno.test("linkProgram blanks the comments that make the runtime read a file", async () => {
  const map = "# sourceMappingURL=data:application/json;base64,e30=";
  const { files: [own] } = await link(`let a = 1; //${map}\n/*${map}*/ a++;\n//@ sourceURL=x`);
  assert(!/source(Mapping)?URL/.test(own!.js));
  assertEquals(own!.js.split("\n").at(-1), "//");
});

Deno.test("linkProgram wraps a top-level return, and only a top-level one", async () => {
  const wrapped = await link("return 1;");
  assert(wrapped.files[0]!.js.includes("export default async () => {"));
  const plain = await link("const f = () => { return 1; }; class A { m() { return 2; } }");
  assert(!plain.files[0]!.js.includes("export default"));
});

Deno.test("linkProgram refuses a return beside an export", async () => {
  const error = await assertRejects(() => link("export const a = 1;\nreturn a;"), AirlockError);
  assertEquals(error.code, "PROGRAM_SYNTAX");
  assertEquals(error.position, { line: 2, column: 1 });
});

Deno.test("linkProgram finds a name for the loader that the program does not have", async () => {
  const { files: [own] } = await link(`const $load_ = 1; await import("airlock");`);
  assert(own!.js.includes('await $load$("airlock")'));
});
