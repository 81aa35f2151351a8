import { assertEquals } from "@std/assert";
import { FallbackRate } from "../../src/telemetry/fallback_rate.ts";

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
