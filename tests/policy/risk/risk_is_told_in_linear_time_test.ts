import { assertEquals } from "@std/assert";
import { runMeasurement } from "../../fixtures/run_measurement.ts";

Deno.test("the risk of each of the worst texts is told in time that grows as they do", async () => {
  assertEquals(await runMeasurement(new URL("print_steep_texts.ts", import.meta.url)), []);
});
