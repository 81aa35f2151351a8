import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

const project = new URL("../../", import.meta.url).pathname;

Deno.test("deno task audit verifies, queries, exports and reports what a runtime wrote", async () => {
  const root = await Deno.makeTempDir();
  let runId: string;
  {
    await using runtime = await startTestRuntime({ servers: ["crm"] });
    const code = 'import { get_lead } from "./servers/crm/get_lead.ts";\n' +
      'return (await get_lead({ lead_id: "lead-00001" })).id;';
    ({ runId } = await runtime.run({ code }));
    await Deno.mkdir(join(root, ".airlock"));
    const { state } = runtime.config.folders;
    for (const file of ["audit.db", "audit.db-wal", "audit.key"]) {
      await Deno.copyFile(join(state, file), join(root, ".airlock", file));
    }
    await Deno.chmod(join(root, ".airlock", "audit.key"), 0o600);
  }
  await Deno.writeTextFile(join(root, "airlock.json"), "{}");
  const audit = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", join(project, "src/commands/audit.ts"), ...args],
      cwd: root,
      env: { INIT_CWD: root },
    }).output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  };
  const verified = await audit("verify");
  assertEquals(verified.code, 0, verified.err);
  assert(verified.out.startsWith("The audit is whole."), verified.out);
  const head = verified.out.match(/^head: (.*)$/m)![1]!;
  assertEquals((await audit("verify", "--head", head)).code, 0);
  assertEquals((await audit("verify", "--head", head.replace(/^\d+/, "9999"))).code, 1);
  for (const none of ["banana", "52", ""]) {
    assertEquals((await audit("verify", "--head", none)).code, 2, none);
  }
  const queried = await audit("query", "--run", runId);
  assertEquals(queried.out.trim().split("\n").map((line) => JSON.parse(line).kind), [
    "run_started",
    "permissions_granted",
    "call_started",
    "call_ended",
    "permissions_touched",
    "run_ended",
  ]);
  assertEquals((await audit("export", runId, "--out", "pack.zip")).code, 0);
  assert((await Deno.stat(join(root, "pack.zip"))).size > 1_000);
  const report = await audit("report", "--format", "json");
  assertEquals(JSON.parse(report.out).runs, 1);
  assertEquals((await audit("report", "--format", "pdf")).code, 2);
  assertEquals((await audit("report", "--from", "yesterday")).code, 2);
  const nonsense = await audit("query", "--kind", "nonsense");
  assertEquals([nonsense.code, nonsense.err.includes("call_started")], [2, true]);
  const backwards = ["--from", "2026-02-02", "--to", "2026-01-01"];
  for (const command of ["query", "report"]) {
    assertEquals((await audit(command, ...backwards)).code, 2, command);
  }
  assertEquals((await audit("query", "--kind", "run_ended")).out.trim().split("\n").length, 1);
  await Deno.remove(root, { recursive: true });
});
