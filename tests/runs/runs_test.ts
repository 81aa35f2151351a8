import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NO_AUDIT } from "../../src/audit/audit_trail.ts";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { Recorder } from "../../src/runs/recorder.ts";
import { Run } from "../../src/runs/run.ts";
import { Runs } from "../../src/runs/runs.ts";
import { fakeResult } from "../gateway/fake_runtime.ts";

const OWNER = undefined;
const CALL = { server: "crm", tool: "get_lead", arguments: {} };

/** Runs without a store: classic calls are never stored. */
async function startRuns(): Promise<Runs> {
  const store = {
    find: () => Promise.resolve(undefined),
  } as unknown as ConstructorParameters<typeof Runs>[0]["parts"]["store"];
  const privacyService = { forget: () => Promise.resolve() };
  return new Runs({
    config: await parseConfig({ mcpServers: {} }),
    parts: { store, privacyService } as unknown as ConstructorParameters<typeof Runs>[0]["parts"],
    recorder: new Recorder({ store, audit: NO_AUDIT, listeners: [] }),
    execute: () => Promise.reject(new Error("no program")),
  });
}

function resultOf({ runId }: Run, value: string): RunResult {
  return fakeResult({ runId, value, status: "completed" });
}

Deno.test("Run.enter() follows the table of states, and throws for any other change", async () => {
  const config = await parseConfig({});
  const walk = (...states: Run["state"][]) => {
    const run = new Run({ code: "return 1;" }, { config });
    for (const state of states) run.enter(state);
    return run.state;
  };
  const whole = ["running", "waiting", "suspended", "running", "finished"] as const;
  assertEquals(walk(...whole), "finished");
  assertEquals(walk("running", "orphaned", "running"), "running");
  for (
    const states of [
      ["finished", "running"],
      ["suspended"],
      ["running", "starting"],
      ["running", "waiting", "suspended", "waiting"],
    ] as const
  ) {
    assertThrows(() => walk(...states), AirlockError, `to ${states.at(-1)}`);
  }
});

Deno.test("Runs.find() knows a run that is under way, and gives the result of one that ended", async () => {
  await using runs = await startRuns();
  assertEquals(await runs.find("run_1", OWNER), undefined);
  const ann = { name: "ann", permission: "full" } as const;
  const ended = await runs.call({ ...CALL, principal: ann }, async (run) => {
    assertEquals([await runs.find(run.runId, ann), runs.runningCount], [{ state: "running" }, 1]);
    run.enter("running");
    return resultOf(run, "ü😀");
  });
  const { runId } = ended;
  assertEquals(await runs.find(runId, ann), { state: "finished", result: ended });
  assertEquals(await runs.find(runId, OWNER), { state: "finished", result: ended });
  assertEquals(await runs.find(runId, { name: "bob", permission: "full" }), undefined);
  assertEquals(runs.runningCount, 0);
});

Deno.test("Runs keeps the latest results and drops the oldest", async () => {
  await using runs = await startRuns();
  const large = "x".repeat(6 * 1024 * 1024);
  const ids: string[] = [];
  for (let at = 0; at < 3; at++) {
    const { runId } = await runs.call(CALL, (run) => Promise.resolve(resultOf(run, large)));
    ids.push(runId);
  }
  const known = await Promise.all(ids.map((id) => runs.find(id, OWNER)));
  const states = known.map((run) => run?.state);
  assertEquals(states, [undefined, "finished", "finished"]);
});

Deno.test("Runs.cancel() aborts a run under way; a run without a result is not known afterwards", async () => {
  await using runs = await startRuns();
  let runId = "";
  const cancelled = runs.call(CALL, async (run) => {
    runId = run.runId;
    assertEquals(await runs.cancel(runId, { name: "bob", permission: "full" }), false);
    assertEquals([run.signal.aborted, await runs.cancel(runId, OWNER)], [false, true]);
    run.signal.throwIfAborted();
    return resultOf(run, "");
  });
  await assertRejects(() => cancelled);
  assertEquals([await runs.find(runId, OWNER), await runs.cancel(runId, OWNER)], [
    undefined,
    false,
  ]);
});
