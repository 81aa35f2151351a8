import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { findLaunchers } from "../../src/process/find_command.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { examineLookups, type ReadText } from "../../src/program/examination.ts";
import { createToolJudge } from "../../src/policy/risk/judge_tool.ts";
import { createProgramExaminer } from "../../src/runs/program_examiner.ts";
import { createWorkPool, type WorkPool } from "../../src/work/work_pool.ts";
import { testSkills, testWrappers } from "../fixtures/test_wrappers.ts";

const { policy: { risk: policy } } = await parseConfig({});
const judge = createToolJudge(policy);
const AUTHOR = { principal: "ada" };

function lookups(read?: (text: ReadText) => void) {
  return examineLookups({
    wrappers: testWrappers({ crm: ["list_leads"] }),
    skills: testSkills({ helper: "export const one = 1;" }),
    tools: (capabilities) => Promise.resolve(capabilities.map((each) => judge(each, undefined))),
    read: (text) => Promise.resolve(read?.(text)),
  });
}

async function openExaminer(budgetMs?: number) {
  const stack = new AsyncDisposableStack();
  const reaper = stack.use(await startReaper());
  // They are found by a process: it must end within the test.
  const launchers = findLaunchers();
  await launchers;
  const pool = stack.use(createWorkPool({ reaper, launchers }));
  const jobs: string[] = [];
  const counting: WorkPool = {
    ...pool,
    run(name, input, options) {
      jobs.push(name);
      return pool.run(name, input, options);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const examiner = createProgramExaminer(counting, budgetMs === undefined ? {} : { budgetMs });
  const examine = (code: string, read?: (text: ReadText) => void) =>
    examiner.examine({ code, guestUrl: "file:///guest/", policy }, lookups(read), AUTHOR);
  return { examine, examiner, jobs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("a short program without types needs no other process", async () => {
  await using opened = await openExaminer();
  const { capabilities } = await opened.examine(
    `import { list_leads } from "./servers/crm";\nreturn await list_leads({});`,
  );
  assertEquals(capabilities, [{ server: "crm", tool: "list_leads" }]);
  assertEquals(opened.jobs, []);
});

for (
  const [what, code] of [
    [
      "types",
      `import { list_leads } from "./servers/crm";\nreturn await list_leads({}) as number;`,
    ],
    ["a skill", `import { one } from "./skills/helper";\nreturn one;`],
    ["many characters", `return 1; // ${"a".repeat(10_000)}`],
  ]
) {
  Deno.test(`a program with ${what} is examined in another process, to the same end`, async () => {
    await using opened = await openExaminer();
    let heard: ReadText | undefined;
    const examined = await opened.examine(code!, (text) => heard = text);
    assertEquals(opened.jobs, ["examine"]);
    assertEquals(heard!.checkedText, examined.checkedText);
    assert(examined.files.length > 0 && examined.risk.level === "low");
  });
}

/** Each ends the native parser, or holds a parser for ever. */
const WORST = {
  "brackets without an end": "(".repeat(100_000),
  "deep lists": `let a = ${"[".repeat(3_000)}${"]".repeat(3_000)};`,
  "type arguments that may be comparisons": `return ${"a<b>(c".repeat(60)}`,
  "type parameters that may be elements": `return ${"<T>(".repeat(60)}`,
  "asynchronous arrows that may be calls": "async<a>(b = ".repeat(40),
  "elements that may be types": "x = <T>[".repeat(60),
};

for (const [what, code] of Object.entries(WORST)) {
  Deno.test(`${what} are an error of the program, and the next is examined`, async () => {
    await using opened = await openExaminer(300);
    const error = await assertRejects(() => opened.examine(code), AirlockError);
    assertEquals(error.code, "PROGRAM_SYNTAX");
    assertEquals((await opened.examine("return 1 as number;")).risk.level, "low");
  });
}

Deno.test("a wrapper that nests too deeply is linked in another process", async () => {
  await using opened = await openExaminer();
  const link = (type: string) =>
    opened.examiner.linkWrapper({
      folder: "crm",
      file: "list_leads",
      text: `import { callMCPTool } from "../client.ts";\nexport const a: ${type} = callMCPTool;`,
      clientUrl: "file:///guest/client.js",
    });
  assert((await link("unknown")).includes("file:///guest/client.js"));
  assertEquals(opened.jobs, []);
  assert((await link(`${"[".repeat(101)}${"]".repeat(101)}`)).includes("file:///guest/client.js"));
  assertEquals(opened.jobs, ["link_wrapper"]);
  await assertRejects(() => link("[".repeat(100_000)), AirlockError);
});
