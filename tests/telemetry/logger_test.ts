import { assertEquals } from "@std/assert";
import { createLogger } from "../../src/telemetry/logger.ts";

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
