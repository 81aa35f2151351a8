import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { asModule } from "../../src/program/as_module.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";

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
