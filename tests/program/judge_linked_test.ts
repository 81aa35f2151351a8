import { assert, assertEquals, assertThrows } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { judgeLinked } from "../../src/program/judge_linked.ts";
import { linkProgram } from "../../src/program/link_program.ts";
import { readProgram } from "../../src/program/read_program.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

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
