import { assertEquals, assertStringIncludes } from "@std/assert";
import { runListeners } from "../../src/host/run_listeners.ts";
import { HostMetrics } from "../../src/telemetry/host_metrics.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { RunMetrics } from "../../src/telemetry/run_metrics.ts";
import { fakeResult } from "../gateway/fake_runtime.ts";

const FALLBACK = { server: "crm", tool: "get", code: "TYPE_ERROR", message: "wrong" } as const;

Deno.test("runListeners() warns when more than a tenth of the programs gave way to classic calls", async () => {
  const lines: Record<string, unknown>[] = [];
  const hostMetrics = new HostMetrics({ running: () => 0, waiting: () => Promise.resolve(0) });
  const listeners = runListeners({
    metrics: new RunMetrics(),
    hostMetrics,
    logger: createLogger({ level: "warn", write: (line) => lines.push(JSON.parse(line)) }),
    finder: { called() {}, forget() {} },
  });
  const note = (at: number, fellBack: boolean) => {
    const result = fakeResult({ runId: `run_${at}`, value: null, status: "completed" });
    for (const { answered } of listeners) {
      answered?.(fellBack ? { ...result, fallback: FALLBACK } : result);
    }
  };
  for (let at = 0; at < 20; at++) note(at, at % 10 === 0);
  assertEquals(lines, []);
  note(20, true);
  note(21, true);
  const [{ level, event, runId, rate } = {}, ...more] = lines;
  assertEquals([level, event, runId, rate, more], ["warn", "fallback.rate", "run_20", 3 / 21, []]);
  const text = await hostMetrics.text();
  assertStringIncludes(text, 'airlock_fallbacks_total{reason="TYPE_ERROR"} 4');
  assertStringIncludes(text, `airlock_fallback_rate ${4 / 22}`);
});
