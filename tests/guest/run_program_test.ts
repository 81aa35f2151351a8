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

Deno.test("a program that ends many times ends by its first outcome", async (t) => {
  await using runtime = await startTestRuntime({ limits: { timeoutMs: 8_000 } });
  for (const [ends, [code, message]] of Object.entries(MANY_ENDS)) {
    await t.step(ends, async () => {
      const { status, error } = await runtime.run({ code });
      assertEquals([status, error?.message], [message ? "failed" : "completed", message]);
    });
  }
});

Deno.test("output of the engine about throwing callbacks does not block a program", async () => {
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

Deno.test("structuredClone() refuses to transfer streams, and clones all else", async () => {
  await using runtime = await startTestRuntime();
  const { error, value } = await runtime.run({
    code: `const streams = [new ReadableStream(), new WritableStream(), new TransformStream()];
const names = streams.map((stream) => {
  try { structuredClone(stream, { transfer: [stream] }); } catch (error) { return error.name; }
});
const buffer = new ArrayBuffer(8);
const moved = structuredClone(buffer, { transfer: [buffer] });
const map = structuredClone(new Map([[1, { a: new Date(0) }]]));
let noArgument;
try { structuredClone(); } catch (error) { noArgument = error.name; }
let getter;
try { structuredClone({ get a() { throw new RangeError("own"); } }); } catch (error) { getter = error.name; }
return [names, buffer.byteLength, moved.byteLength, map.get(1).a.getTime(), noArgument, getter];`,
  });
  assertEquals(error, null);
  assertEquals(value, [Array(3).fill("DataCloneError"), 0, 8, 0, "TypeError", "RangeError"]);
});
