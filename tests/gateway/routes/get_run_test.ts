import { assertEquals } from "@std/assert";
import { until } from "../../fixtures/until.ts";
import { createAppClient, readProblem } from "../app_client.ts";
import { untilCancelled } from "../fake_runtime.ts";

Deno.test("GET /v1/runs/{id} gives a run under way, and then its result", async () => {
  const { run, send, runtime } = await createAppClient({ programs: { wait: untilCancelled } });
  const running = run({ code: "wait" });
  await until(() => runtime.runningCount > 0);
  assertEquals(await (await send("/v1/runs/run_1")).json(), { runId: "run_1", state: "running" });
  runtime.cancel("run_1");
  const result = await (await running).json();
  assertEquals(await (await send("/v1/runs/run_1")).json(), {
    runId: "run_1",
    state: "finished",
    result,
  });
});

Deno.test("GET /v1/runs/{id} knows only ids, whatever else stands in their place", async () => {
  const { send } = await createAppClient();
  const ids = [
    "run_2",
    "__proto__",
    "constructor",
    "..%2f..%2fetc",
    "%00",
    "%E0%A4%A",
    "a".repeat(100),
  ];
  for (const id of ids) {
    const problem = await readProblem(await send(`/v1/runs/${id}`));
    assertEquals([id, problem.status, problem.code], [id, 404, "NOT_FOUND"]);
  }
  const problem = await readProblem(await send(`/v1/runs/${"a".repeat(101)}`));
  assertEquals([problem.status, problem.errors?.[0]?.in], [400, "path"]);
});
