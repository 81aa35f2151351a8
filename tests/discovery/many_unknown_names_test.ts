import { assert, assertEquals } from "@std/assert";
import { runMeasurement } from "../fixtures/run_measurement.ts";

Deno.test("unknown names cost little beside two thousand tools, whatever their form", async () => {
  const script = new URL("measure_unknown_names.ts", import.meta.url);
  const measured = await runMeasurement(script) as { ms: number; longest: number }[];
  assertEquals(measured.length, 3);
  for (const { ms, longest } of measured) {
    assert(ms < 400, `${ms} ms for 200 names`);
    assert(longest < 50, `${longest} ms without a pause`);
  }
});
