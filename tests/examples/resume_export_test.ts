import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const example = new URL("../../examples/resume_export.ts", import.meta.url);

Deno.test("a later run picks up where the last one stopped, however it stopped", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    policy: { check: "error" },
    privacy: { enabled: false },
  });
  const code = await Deno.readTextFile(example);
  const run = async (program = code) => await runtime.run({ code: program, session: "leads" });
  assertEquals((await run()).value, { from: 0, rows: 4_000, done: false });
  // The fifth page is written, and the run ends before it says so.
  const ended = await run(code.replace("await saveJson(", "Deno.exit(1); await saveJson("));
  assertEquals(ended.status, "failed");
  assertEquals((await run()).value, { from: 4_000, rows: 8_000, done: false });
  assertEquals((await run()).value, { from: 8_000, rows: 10_000, done: true });
  assertEquals((await run()).value, { from: 10_000, rows: 10_000, done: true });
  const dir = join(runtime.config.folders.workspace, "leads/leads");
  const ids = new Set<string>();
  let lines = 0;
  for await (const { name } of Deno.readDir(dir)) {
    if (!name.endsWith(".jsonl")) continue;
    for (const line of (await Deno.readTextFile(join(dir, name))).trimEnd().split("\n")) {
      ids.add(JSON.parse(line).id);
      lines++;
    }
  }
  assertEquals([lines, ids.size], [10_000, 10_000]);
});
