import { assertEquals } from "@std/assert";
import { AnomalyWatch } from "../../src/audit/anomaly_watch.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { makeTestLog } from "./open_log.ts";

interface Shape {
  readonly calls?: number;
  readonly tool?: string;
  readonly denied?: number;
  readonly attempts?: number;
  readonly status?: RunResult["status"];
}

function resultOf(
  { calls = 0, tool = "a", denied = 0, attempts = 0, status = "completed" }: Shape,
) {
  const call = (outcome: string) => ({ server: "crm", tool, outcome });
  return {
    runId: "run_1",
    status,
    calls: [
      ...Array.from({ length: calls }, () => call("ok")),
      ...Array.from({ length: denied }, () => call("denied")),
    ],
    escapeAttempts: Array.from({ length: attempts }, () => ({ permission: "read", value: "x" })),
  } as unknown as RunResult;
}

Deno.test("AnomalyWatch tells of what is unlike before, and of nothing else", async () => {
  await using test = await makeTestLog();
  using log = await test.open();
  const watch = new AnomalyWatch(log.store);
  const rules = (shape: Shape, principal = "ann") =>
    watch.look(principal, resultOf(shape)).map(({ rule }) => rule);
  for (let run = 0; run < 6; run++) assertEquals(rules({ calls: 4 }), []);
  assertEquals(rules({ calls: 4, tool: "b" }), ["new_tool"]);
  assertEquals(rules({ calls: 4, tool: "b" }), []);
  assertEquals(rules({ calls: 4, tool: "b" }, "bob"), []);
  assertEquals(rules({ calls: 200 }), ["unusual_volume"]);
  assertEquals(rules({ denied: 2 }), []);
  assertEquals(rules({ denied: 3 }), ["denied_permissions"]);
  assertEquals(rules({ attempts: 1 }), ["denied_permissions"]);
  for (let run = 0; run < 4; run++) assertEquals(rules({ status: "failed" }), []);
  assertEquals(rules({ status: "cancelled" }), []);
  assertEquals(rules({ status: "timed_out" }), ["repeated_failures"]);
  assertEquals(rules({ status: "failed" }), []);
  assertEquals(rules({}), []);
});

Deno.test("a tool that was used is known after a restart", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    new AnomalyWatch(log.store).look("ann", resultOf({ calls: 1 }));
  }
  using log = await test.open();
  const watch = new AnomalyWatch(log.store);
  assertEquals(watch.look("ann", resultOf({ calls: 1 })), []);
  assertEquals(watch.look("ann", resultOf({ calls: 1, tool: "b" })).length, 1);
});
