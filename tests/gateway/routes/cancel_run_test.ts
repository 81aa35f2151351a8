import { assertEquals } from "@std/assert";
import { until } from "../../fixtures/until.ts";
import { createAppClient, readProblem } from "../app_client.ts";
import { untilCancelled } from "../fake_runtime.ts";

const post = { method: "POST" };

Deno.test("POST /v1/runs/{id}/cancel ends a run, and may come again", async () => {
  const { run, send, runtime } = await createAppClient({ programs: { wait: untilCancelled } });
  const running = run({ code: "wait" });
  await until(() => runtime.runningCount > 0);
  const cancelled = await send("/v1/runs/run_1/cancel", post);
  assertEquals(cancelled.status, 202);
  assertEquals(await cancelled.json(), { runId: "run_1", state: "running" });
  const result = await (await running).json();
  assertEquals(result.status, "cancelled");
  const again = await send("/v1/runs/run_1/cancel", post);
  assertEquals(again.status, 200);
  assertEquals(await again.json(), { runId: "run_1", state: "finished", result });
});

Deno.test("POST /v1/runs/{id}/cancel refuses a run that nobody knows", async () => {
  const { send } = await createAppClient();
  const problem = await readProblem(await send("/v1/runs/run_9/cancel", post));
  assertEquals([problem.status, problem.code], [404, "NOT_FOUND"]);
});
