import { assertEquals } from "@std/assert";
import { startTestRuntime } from "../fixtures/test_runtime.ts";

Deno.test("structuredClone says of streams that they cannot be transferred, and clones all else", async () => {
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
