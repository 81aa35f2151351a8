import { assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

/** Programs that end many times over; the first word counts, and nothing after it holds them. */
const MANY_ENDS: Readonly<Record<string, readonly [code: string, message: string | undefined]>> = {
  "rejections that nobody handles": [
    `Array.from({ length: 20_000 }, (_, i) => i)
  .forEach(async (i) => { throw new Error("bad row " + i); });
await new Promise((resolve) => setTimeout(resolve, 60_000));`,
    "bad row 0",
  ],
  "microtasks that throw": [
    `for (let i = 0; i < 20_000; i++) queueMicrotask(() => { throw new Error("bad task " + i); });
await new Promise((resolve) => setTimeout(resolve, 60_000));`,
    "bad task 0",
  ],
  "exits": [
    `for (let i = 0; i < 20_000; i++) try { Deno.exit(0); } catch {}
await new Promise((resolve) => setTimeout(resolve, 60_000));`,
    undefined,
  ],
};

Deno.test("a program that ends many times over ends by its first word", async (t) => {
  await using runtime = await startTestRuntime({ limits: { timeoutMs: 8_000 } });
  for (const [ends, [code, message]] of Object.entries(MANY_ENDS)) {
    await t.step(ends, async () => {
      const { status, error } = await runtime.run({ code });
      assertEquals([status, error?.message], [message ? "failed" : "completed", message]);
    });
  }
});

Deno.test("what the engine says of callbacks that throw does not hold a program", async () => {
  await using runtime = await startTestRuntime({ limits: { timeoutMs: 8_000 } });
  const code =
    `const registry = new FinalizationRegistry((i) => { throw new Error("bad end " + i); });
for (let i = 0; i < 2_000; i++) registry.register({}, i);
for (let i = 0, held = []; i < 50; i++) {
  held = new Array(100_000).fill({});
  await new Promise((resolve) => setTimeout(resolve, 1));
}
return "done";`;
  const { status, value } = await runtime.run({ code });
  assertEquals([status, value], ["completed", "done"]);
});
