import { assertEquals } from "@std/assert";
import { FallbackRate, LabelLimit } from "../../src/telemetry/host_rates.ts";

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
