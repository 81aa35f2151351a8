import { assertEquals } from "@std/assert";
import { knownWithin } from "../../../src/gateway/mcp/known_within.ts";

Deno.test("knownWithin tells answers, failures and what is late apart", async () => {
  const asked = new Map([
    ["quick", Promise.resolve(1)],
    ["broken", Promise.reject(new Error("no"))],
    ["slow", new Promise<number>(() => {})],
  ]);
  const { values, failed, late } = await knownWithin(asked, 1);
  assertEquals([[...values], failed, late], [[["quick", 1]], ["broken"], ["slow"]]);
});

Deno.test("knownWithin waits for nobody when all have answered", async () => {
  const { values, late } = await knownWithin(new Map([["a", Promise.resolve(1)]]), 1_000_000);
  assertEquals([values.size, late], [1, []]);
});
