import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { strFromU8, unzipSync } from "fflate";
import { verifyPack } from "../../src/audit/pack/verify.mjs";
import { openAuditLog } from "../../src/audit/audit_log.ts";
import { verifyLog } from "../../src/audit/verify_log.ts";
import type { Decision } from "../../src/model/approval.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { startStateRuntime } from "../fixtures/state/start_state_runtime.ts";
import { IS_IN_MEMORY, type TestRuntime } from "../fixtures/test_runtime.ts";

const ARCHIVE = new URL("../fixtures/state/0.1.0.tar.gz", import.meta.url).pathname;
const ONCE: Decision = { decision: "approve", scope: "once", by: "test" };

interface StoredRuns {
  readonly finished: { readonly runId: string; readonly value: readonly string[] };
  readonly before: { readonly runId: string; readonly approvals: readonly string[] };
  readonly call: { readonly runId: string; readonly approvals: readonly string[] };
}

/** The folder as the version before has left it, in a place of its own. */
async function openState() {
  const root = await Deno.makeTempDir();
  const tar = new Deno.Command("tar", { args: ["-xzf", ARCHIVE, "-C", root, "--no-same-owner"] });
  assert((await tar.output()).success);
  const runs: StoredRuns = JSON.parse(await Deno.readTextFile(join(root, "runs.json")));
  return { root, runs, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/** Approves what a run waits for, and waits for its end. */
async function approve(
  runtime: TestRuntime,
  { runId, approvals }: { runId: string; approvals: readonly string[] },
): Promise<RunResult> {
  for (const id of approvals) await runtime.approvals.decide(id, ONCE);
  return await runtime.resume(runId, { waitMs: 0 });
}

/** The calls that have reached the odd server since the folder was left. */
async function callsOf(root: string): Promise<unknown[]> {
  const lines = (await Deno.readTextFile(join(root, "odd.log"))).split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "call")
    .map(({ arguments: args }) => args);
}

Deno.test("state of the version before verifies: the audit log and an evidence pack", async () => {
  await using state = await openState();
  using log = await openAuditLog({ folder: join(state.root, ".airlock") });
  assertEquals(verifyLog(log).problems, []);
  const pack = unzipSync(await Deno.readFile(join(state.root, "pack.zip")));
  assertEquals(
    verifyPack((name: string) => pack[name] && strFromU8(pack[name]), undefined),
    [],
  );
});

Deno.test(
  "state of the version before resumes: a run that waits to start, and one that waits at a call",
  { ignore: IS_IN_MEMORY },
  async () => {
    await using state = await openState();
    await Deno.writeTextFile(join(state.root, "odd.log"), "");
    await using runtime = await startStateRuntime(state.root);
    const { runs } = state;
    assertEquals((await runtime.find(runs.finished.runId))?.state, "finished");
    const before = await approve(runtime, runs.before);
    assertEquals([before.status, before.value], ["completed", 1]);
    assertEquals(await callsOf(state.root), [{ n: 1 }]);
    const call = await approve(runtime, runs.call);
    assertEquals([call.status, call.value], [
      "completed",
      { mailed: runs.finished.value[0], at: "number" },
    ]);
    // What it called before it waited is replayed.
    assertEquals(await callsOf(state.root), [{ n: 1 }]);
  },
);

Deno.test(
  "state of the version before opens: a session's files and tokens, and an approved skill",
  { ignore: IS_IN_MEMORY },
  async () => {
    await using state = await openState();
    await using runtime = await startStateRuntime(state.root);
    const { status, value } = await runtime.run({
      session: "kept",
      code: `import { list_leads } from "./servers/crm/list_leads.ts";
      import { double } from "./skills/double-it";
      const { leads } = await list_leads({ limit: 1 });
      const first = await Deno.readTextFile("./workspace/first.txt");
      return { isSame: first === leads[0].email, first, four: double(2) };`,
    });
    assertEquals([status, value], [
      "completed",
      { isSame: true, first: state.runs.finished.value[0], four: 4 },
    ]);
    const skill = await runtime.skills.find("double-it");
    assertEquals([skill?.version, skill?.trust], [1, "approved"]);
  },
);
