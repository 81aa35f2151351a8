import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FrameWriter } from "../../src/process/frame_writer.ts";
import {
  decodeBody,
  encodeBody,
  encodeFrame,
  type Frame,
  FrameError,
  FrameTooLargeError,
  readFrames,
} from "../../src/model/frames.ts";

/** A reader that hands out at most `step` bytes a time. */
function readerOf(bytes: Uint8Array, step: number) {
  let at = 0;
  return {
    read(into: Uint8Array): Promise<number | null> {
      if (at === bytes.length) return Promise.resolve(null);
      const chunk = bytes.subarray(at, at + Math.min(step, into.length));
      into.set(chunk);
      at += chunk.length;
      return Promise.resolve(chunk.length);
    },
  };
}

async function readAll(bytes: Uint8Array, step: number, maxBytes = 1_000_000): Promise<Frame[]> {
  return (await Array.fromAsync(readFrames(readerOf(bytes, step), maxBytes))).flat();
}

function join(frames: Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

Deno.test("readFrames reads what encodeFrame made, however it was cut", async () => {
  const values = [1, "ü😀", { a: [null, true] }, "x".repeat(200_000), {}];
  const bytes = join(
    values.map((value, id) => encodeFrame({ type: 2, id, body: encodeBody(value) })),
  );
  for (const step of [1, 7, 4096, 65_536, bytes.length]) {
    const frames = await readAll(bytes, step);
    assertEquals(frames.map(decodeBody), values);
    assertEquals(frames.map(({ id }) => id), [0, 1, 2, 3, 4]);
  }
});

Deno.test("readFrames refuses a frame that says it is too long before its body is there", async () => {
  const frame = encodeFrame({ type: 2, id: 1, body: encodeBody("x".repeat(1_000)) });
  await assertRejects(() => readAll(frame.subarray(0, 9), 9, 500), FrameTooLargeError);
});

Deno.test("readFrames refuses a frame without a header and one that is cut off", async () => {
  await assertRejects(() => readAll(Uint8Array.of(0, 0, 0, 1, 9), 5), FrameError);
  const frame = encodeFrame({ type: 2, id: 1, body: encodeBody("hello") });
  await assertRejects(() => readAll(frame.subarray(0, -1), 100), FrameError);
});

Deno.test("decodeBody refuses what is not JSON and what is not UTF-8", () => {
  for (const body of [Uint8Array.of(0xff), new TextEncoder().encode("{"), new Uint8Array()]) {
    assertThrows(() => decodeBody({ type: 1, id: 1, body }), FrameError);
  }
});

Deno.test("FrameWriter keeps the order, gathers small frames and survives short writes", async () => {
  const chunks: Uint8Array[] = [];
  const writer = new FrameWriter({
    write(bytes) {
      const part = bytes.slice(0, 50_000);
      chunks.push(part);
      return Promise.resolve(part.length);
    },
  });
  const values = [...Array(1_000).keys(), "y".repeat(150_000), "end"];
  await Promise.all(values.map((value, id) => writer.send(5, id, value)));
  const frames = await readAll(join(chunks), 10_000);
  assertEquals(frames.map(decodeBody), values);
  assertEquals(writer.queuedBytes, 0);
  assertEquals(chunks.length < 20, true);
});
