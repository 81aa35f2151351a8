import { assertEquals, assertThrows } from "@std/assert";
import { ProgramFiles } from "../../../src/policy/typecheck/program_files.ts";
import { testSkills, testWrappers } from "../../fixtures/test_wrappers.ts";

function files(): ProgramFiles {
  return new ProgramFiles({
    library: ["interface Object {}"],
    wrappers: testWrappers({ crm: ["list_leads"] }),
  });
}

const library = testSkills({ dedupe: "export const dedupe = 1;\nexport default dedupe;" });

/** Paths of the host, and those that lead to it by a detour. */
const NOT_THERE = [
  ...["/etc/passwd", "/etc/passwd.ts", "/servers/../etc/passwd.ts", "/servers/crm/../../etc/x.ts"],
  ...["/servers/crm/secret.ts", "/servers/other/list_leads.ts", "/servers/crm/sub/list_leads.ts"],
  ...[
    "/skills/none/skill.ts",
    "/skills/../x/skill.ts",
    "/servers/crm.ts",
    "C:/x.ts",
    "",
    "program.ts",
  ],
];

Deno.test("ProgramFiles has nothing of the host, and says so rather than nothing", async () => {
  const { answer } = files();
  for (const path of NOT_THERE) {
    assertEquals([path, await answer("readFile", path)], [path, { content: null }]);
    assertEquals([path, await answer("fileExists", path)], [path, false]);
    assertEquals(await answer("getAccessibleEntries", path), { files: [], directories: [] });
    assertEquals(await answer("realpath", path), path);
  }
  for (const path of ["/etc", "/servers/crm/sub", "/home", "/skills/a/b/c"]) {
    assertEquals([path, await answer("directoryExists", path)], [path, false]);
  }
});

Deno.test("ProgramFiles has the program and what it may import", async () => {
  const ours = files();
  ours.setProgram("observed", "return 1;");
  const read = async (path: string) =>
    (await ours.answer("readFile", path) as { content: string | null }).content;
  assertEquals(await read("/program.ts"), "return 1;");
  await ours.changedFiles("observed", { wrappers: [], skills: [], library });
  assertEquals(
    await read("/servers/crm/list_leads.ts"),
    "export declare function list_leads(input?: object): Promise<any>;\n",
  );
  assertEquals(await read("/servers/crm/index.ts"), `export * from "./list_leads.ts";\n`);
  assertEquals(
    await read("/skills/dedupe/index.ts"),
    `export * from "./skill.ts";\nexport { default } from "./skill.ts";\n`,
  );
  assertEquals(await ours.answer("directoryExists", "/servers/crm"), true);
});

Deno.test("ProgramFiles refuses a question that it does not know", () => {
  const { answer } = files();
  assertThrows(() => answer("writeFile", "/program.ts"), TypeError);
  assertThrows(() => answer("readFile", { path: "/etc/passwd" }), TypeError);
});
