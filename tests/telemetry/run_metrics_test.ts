import { assertEquals } from "@std/assert";
import { EXAMPLE_RESULT } from "../../src/gateway/run_schemas.ts";
import { RunMetrics } from "../../src/telemetry/run_metrics.ts";

Deno.test("RunMetrics sums runs, in all and by session", () => {
  const metrics = new RunMetrics();
  metrics.add(EXAMPLE_RESULT, "a");
  metrics.add({ ...EXAMPLE_RESULT, status: "failed" }, "a");
  metrics.add(EXAMPLE_RESULT, undefined);
  const { overall, sessions } = metrics.snapshot();
  const { calls, savedModelTokens } = EXAMPLE_RESULT.usage;
  assertEquals([overall.runs, overall.calls], [3, 3 * calls]);
  assertEquals([overall.statuses.completed, overall.statuses.failed], [2, 1]);
  assertEquals(
    sessions.map(({ session, runs, savedModelTokens }) => ({
      session,
      runs,
      savedModelTokens,
    })),
    [{ session: "a", runs: 2, savedModelTokens: 2 * savedModelTokens }],
  );
});

Deno.test("RunMetrics remembers a thousand sessions, those that ran last", () => {
  const metrics = new RunMetrics();
  for (let n = 0; n < 1_005; n++) metrics.add(EXAMPLE_RESULT, n % 500 === 0 ? "often" : `s${n}`);
  const { overall, sessions } = metrics.snapshot();
  assertEquals([overall.runs, sessions.length], [1_005, 1_000]);
  assertEquals(sessions[0]!.session, "s1004");
  assertEquals(sessions.find(({ session }) => session === "often")!.runs, 3);
});
