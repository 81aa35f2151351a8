import { assert, assertEquals, assertThrows } from "@std/assert";
import { KEPT_DENO, KEPT_GLOBALS } from "../../../src/guest/kept_globals.ts";
import { ProgramFiles } from "../../../src/policy/typecheck/program_files.ts";
import { startTestRuntime } from "../../fixtures/test_runtime.ts";
import { testSkills, testWrappers } from "../../fixtures/test_wrappers.ts";
import { workerGlobals } from "./make_worker_globals.ts";

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

/** Names that are in a program's text only as the language itself. */
const LANGUAGE = ["undefined", "NaN", "Infinity"];

Deno.test("the compiler knows every global that a worker keeps, and no other", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  const kept = [...KEPT_GLOBALS, "console"].filter((name) => !LANGUAGE.includes(name));
  const deno = KEPT_DENO.map((name) => `Deno.${name}`);
  const { error, value } = await runtime.run({
    code: `return [${
      [...kept, ...deno, "Deno.args", "Deno.exit"].map((name) => `typeof ${name}`)
    }];`,
  });
  assertEquals(error, null);
  assert((value as string[]).every((type) => type !== "undefined"), JSON.stringify(value));

  const dropped = [
    "fetch",
    "process",
    "require",
    "WebSocket",
    "Worker",
    "localStorage",
    "navigator",
  ]
    .concat(["Deno.env", "Deno.Command", "Deno.connect", "Deno.serve", "Deno.permissions"]);
  for (const name of dropped) {
    const { error } = await runtime.run({ code: `return ${name};` });
    assertEquals([name, error?.code], [name, "TYPE_ERROR"]);
  }
});

/** What programs of any author write, that the language's own declarations do not have. */
const IDIOMS: Readonly<Record<string, string>> = {
  "an error class that cuts its stack": `class ValidationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ValidationError";
    Error.captureStackTrace?.(this, ValidationError);
  }
}
return new ValidationError("x") instanceof Error;`,
  "the length of stacks": `Error.stackTraceLimit = 5; return Error.stackTraceLimit === 5;`,
};

Deno.test("the compiler knows what engines add to the language", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  for (const [name, code] of Object.entries(IDIOMS)) {
    const { error, value } = await runtime.run({ code });
    assertEquals([name, error, value], [name, null, true]);
  }
});

Deno.test("worker_globals.txt is what make_worker_globals makes of the lists and of Deno", async () => {
  const file = new URL("../../../src/policy/typecheck/worker_globals.txt", import.meta.url);
  assertEquals(await Deno.readTextFile(file), await workerGlobals());
});
