import { assertEquals } from "@std/assert";
import { runMeasurement } from "../fixtures/run_measurement.ts";

/** All stages, and larger texts, are measured by AIRLOCK_GROWTH_BYTES=125000,1000000. */
const SIZES = (Deno.env.get("AIRLOCK_GROWTH_BYTES") ?? "31250,125000").split(",");
const MOST = 1.15;

Deno.test("reading and linking the worst text of each stage takes CPU time in proportion to its length", async () => {
  const script = new URL("../fixtures/measure_admission.ts", import.meta.url);
  const exponents = await runMeasurement(script, ...SIZES) as Record<string, number>;
  const above = Object.entries(exponents).filter(([, exponent]) => exponent > MOST);
  assertEquals(above, []);
});
