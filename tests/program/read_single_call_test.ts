import { assertEquals } from "@std/assert";
import { readProgram } from "../../src/program/read_program.ts";
import { readSingleCall } from "../../src/program/read_single_call.ts";
import { startTestStripper } from "../fixtures/test_stripper.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

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
