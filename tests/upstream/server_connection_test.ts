import { assert, assertEquals } from "@std/assert";
import { Backoff } from "../../src/upstream/backoff.ts";

function make(random: number): { backoff: Backoff; pass: (ms: number) => void } {
  let time = 1_000;
  const backoff = new Backoff({ now: () => time, random: () => random });
  return { backoff, pass: (ms) => time += ms };
}

Deno.test("Backoff lets the first attempt through at once", () => {
  assertEquals(make(1).backoff.remainingMs, 0);
});

Deno.test("Backoff doubles the delay with each failure, up to half a minute", () => {
  const { backoff } = make(1);
  const delays = Array.from({ length: 10 }, () => {
    backoff.failed();
    return backoff.remainingMs;
  });
  assertEquals(delays, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
});

Deno.test("Backoff spreads the delay over its upper half", () => {
  const { backoff } = make(0);
  backoff.failed();
  assertEquals(backoff.remainingMs, 100);
});

Deno.test("Backoff counts time that has passed", () => {
  const { backoff, pass } = make(1);
  backoff.failed();
  pass(150);
  assertEquals(backoff.remainingMs, 50);
  pass(1_000);
  assertEquals(backoff.remainingMs, 0);
});

Deno.test("Backoff starts over after a connection that held, not after one that did not", () => {
  const { backoff, pass } = make(1);
  backoff.failed();
  backoff.connected();
  pass(100);
  backoff.failed();
  assert(backoff.remainingMs > 200);
  pass(1_000);
  backoff.connected();
  pass(6_000);
  backoff.failed();
  assertEquals(backoff.remainingMs, 0);
  backoff.failed();
  assertEquals(backoff.remainingMs, 200);
});
