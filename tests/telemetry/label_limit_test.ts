import { assertEquals } from "@std/assert";
import { LabelLimit } from "../../src/telemetry/label_limit.ts";

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
