import { assertEquals } from "@std/assert";
import { EXAMPLE_RESULT } from "../../src/gateway/run_schemas.ts";
import { FallbackRate, LabelLimit } from "../../src/telemetry/host_rates.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { RunMetrics } from "../../src/telemetry/run_metrics.ts";

Deno.test("createLogger writes one JSON line for each event of its level and above", () => {
  const lines: string[] = [];
  const now = () => new Date(0);
  const logger = createLogger({ level: "warn", write: (line) => void lines.push(line), now });
  logger.log("info", "run.ended", { runId: "run_1" });
  logger.log("warn", "anomaly.new_tool", { runId: "run_1", text: "two\nlines" });
  assertEquals(lines, [
    '{"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"anomaly.new_tool",' +
    '"runId":"run_1","text":"two\\nlines"}',
  ]);
});

Deno.test("FallbackRate tells once when more than a tenth of the latest runs gave way", () => {
  const rate = new FallbackRate();
  const add = (times: number, fellBack: boolean) =>
    Array.from({ length: times }, () => rate.add(fellBack)).filter((told) => told !== undefined);
  assertEquals(add(5, true), []);
  assertEquals(add(15, false), [0.25]);
  assertEquals(add(5, true), []);
  assertEquals([add(100, false), rate.rate], [[], 0]);
  assertEquals(add(10, true), []);
  assertEquals(add(1, true), [0.11]);
});

Deno.test("LabelLimit lets the first labels through, for good, and no more", () => {
  const limit = new LabelLimit(2);
  assertEquals(["a", "b", "c", "a", "b", "d"].map((label) => limit.has(label)), [
    true,
    true,
    false,
    true,
    true,
    false,
  ]);
});

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
