import { assertEquals } from "@std/assert";
import type { RunResult } from "../../src/model/run_result.ts";
import { RunRegistry } from "../../src/runs/run_registry.ts";

function result(runId: string, value: string): RunResult {
  return {
    runId,
    status: "completed",
    risk: null,
    value,
    logs: [],
    calls: [],
    effects: [],
    approvals: [],
    error: null,
    warnings: [],
    usage: {
      wallMs: 1,
      cpuMs: null,
      peakMemoryBytes: null,
      calls: 0,
      intermediateBytes: 0,
      modelTokens: 1,
      programModelTokens: 0,
      intermediateModelTokens: 0,
      savedModelTokens: 0,
      definitionModelTokens: 0,
    },
    files: [],
    suspicious: [],
    escapeAttempts: [],
  };
}

Deno.test("RunRegistry knows a run that is under way, and gives the result of one that ended", () => {
  const registry = new RunRegistry();
  assertEquals(registry.find("run_1"), undefined);
  registry.begin("run_1", "ann");
  assertEquals([registry.find("run_1"), registry.runningCount], [{ state: "running" }, 1]);
  assertEquals(registry.principalOf("run_1"), "ann");
  const ended = result("run_1", "ü😀");
  registry.finish(ended);
  assertEquals([registry.principalOf("run_1"), registry.principalOf("run_2")], ["ann", undefined]);
  assertEquals(registry.find("run_1"), { state: "finished", result: ended });
  assertEquals(registry.runningCount, 0);
});

Deno.test("RunRegistry keeps the latest results and lets the oldest go", () => {
  const registry = new RunRegistry();
  const large = "x".repeat(6 * 1024 * 1024);
  for (const id of ["run_1", "run_2", "run_3"]) {
    registry.begin(id, "ann");
    registry.finish(result(id, large));
  }
  const states = ["run_1", "run_2", "run_3"].map((id) => registry.find(id)?.state);
  assertEquals(states, [undefined, "finished", "finished"]);
});

Deno.test("RunRegistry forgets a run without a result, and cancels those under way", () => {
  const registry = new RunRegistry();
  registry.begin("run_1", "ann");
  registry.forget("run_1");
  assertEquals([registry.find("run_1"), registry.cancel("run_1")], [undefined, false]);
  const signal = registry.begin("run_2", "ann");
  registry.cancelAll();
  assertEquals(signal.aborted, true);
});
