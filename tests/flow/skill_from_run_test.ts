import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { AirlockError } from "../../src/model/errors.ts";
import { IS_IN_MEMORY, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;
const ANN = { name: "ann", permission: "full" } as const;
const COUNT = `import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 7 });
return leads.length;`;
const about = { name: "seven-leads", description: "Counts the first seven leads" };

function refusal(runtime: TestRuntime, runId: string, owner: string): Promise<AirlockError> {
  return assertRejects(() => runtime.skills.save({ ...about, runId }, { owner }), AirlockError);
}

Deno.test("the program of a run that completed becomes a skill that says which run it was", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm"], policy: { check: "error" } });
  const { runId, value } = await runtime.run({ code: COUNT, principal: ANN });
  assertEquals(value, 7);
  const saved = await runtime.skills.save({ ...about, runId }, { owner: "ann" });
  assertEquals([saved.runId, saved.tools, saved.trust], [runId, ["crm/list_leads"], "draft"]);
  const [commit] = await runtime.skills.history(about.name);
  assert(commit?.message.endsWith(`Run: ${runId}`), commit?.message);
  const document = join(runtime.config.folders.skills, about.name, "SKILL.md");
  assert(
    (await Deno.readTextFile(document)).includes('import { run } from "./skills/seven-leads"'),
  );
  const used = await runtime.run({
    code: `import { run } from "./skills/seven-leads";\nconst n: number = await run();\nreturn n;`,
    principal: ANN,
  });
  assertEquals([used.error, used.value], [null, 7]);
});

Deno.test("a run of another's, one that failed and one that waits for nobody are no skills", async () => {
  await using runtime = await startTestRuntime();
  const { runId } = await runtime.run({ code: "return 1;", principal: ANN });
  for (const [id, owner] of [[runId, "bob"], [runId, "owner"], ["run_none", "ann"]] as const) {
    assertEquals((await refusal(runtime, id, owner)).code, "NOT_FOUND", `${id} ${owner}`);
  }
  const failed = await runtime.run({ code: "throw new Error('no');", principal: ANN });
  assertEquals((await refusal(runtime, failed.runId, "ann")).code, "REQUEST_INVALID");
  const refused = await runtime.run({ code: "import 'npm:evil';", principal: ANN });
  assertEquals((await refusal(runtime, refused.runId, "ann")).code, "REQUEST_INVALID");
  const late = await runtime.run({ code: "export default 1; console.log(2);", principal: ANN });
  assertEquals(late.status, "completed");
  assertEquals((await refusal(runtime, late.runId, "ann")).code, "REQUEST_INVALID");
  const unseen = await runtime.run({ code: "return 1; // \u202e", principal: ANN });
  assertEquals(unseen.status, "completed");
  assertEquals((await refusal(runtime, unseen.runId, "ann")).code, "REQUEST_INVALID");
  assertEquals((await runtime.skills.list()).length, 0);
});

Deno.test(
  "the command saves a skill from a run of another process",
  { ignore: IS_IN_MEMORY },
  async () => {
    const root = await Deno.makeTempDir();
    await Deno.writeTextFile(join(root, "airlock.json"), "{}");
    const runtime = await startTestRuntime({ root });
    const { runId } = await runtime.run({ code: "return [1, 2, 3].map((n) => n * 2);" });
    await runtime[Symbol.asyncDispose]();
    const save = async (...from: string[]) => {
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", join(project, "src/commands/skills.ts"), "save", ...from].concat(
          ["--name", "doubles", "--description", "Doubles numbers"],
        ),
        cwd: root,
        env: { INIT_CWD: root },
        stderr: "null",
      }).output();
      return [code, new TextDecoder().decode(stdout).slice(0, 16)];
    };
    assertEquals(await save("--run", runId), [0, "doubles@1  draft"]);
    for (const wrong of [[], ["file.ts", "--run", runId], ["--run", "run_none"]]) {
      assertEquals((await save(...wrong))[0], 2, wrong.join(" "));
    }
    await Deno.remove(root, { recursive: true });
  },
);
