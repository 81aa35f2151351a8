import { assertEquals } from "@std/assert";
import { encodeBody, type Frame } from "../../src/model/frames.ts";
import { FRAME } from "../../src/model/protocol.ts";
import { serveLogs } from "../../src/calls/serve_logs.ts";

const line = (text: string): Frame => ({
  type: FRAME.log,
  id: 0,
  body: encodeBody({ level: "info", text }),
});

async function* batches(...frames: Frame[][]) {
  for (const batch of frames) yield await Promise.resolve(batch);
}

async function served(frames: Frame[][], maxBytes = 10_000) {
  const logged: string[][] = [];
  const end = await serveLogs(batches(...frames), {
    drain: () => Promise.resolve("ended"),
    maxBytes,
    log: (lines) => Promise.resolve(void logged.push(lines.map(({ text }) => text))),
  });
  return { end, logged };
}

Deno.test("lines that come together are logged together and in their order", async () => {
  const { end, logged } = await served([[line("a"), line("b")], [line("c")]]);
  assertEquals(logged, [["a", "b"], ["c"]]);
  assertEquals(end, "ended");
});

Deno.test("what stands before the line that ends a log is logged", async () => {
  const noLine = { ...line("x"), type: FRAME.start };
  const noText = { ...line("x"), body: encodeBody({ level: "loud", text: 1 }) };
  const tooLong = line("x".repeat(20_000));
  for (
    const [last, end] of [[noLine, "ended"], [noText, "ended"], [tooLong, "too_much"]] as const
  ) {
    const { logged, ...got } = await served([[line("a"), last, line("b")], [line("c")]]);
    assertEquals({ end: got.end, logged }, { end, logged: [["a"]] });
  }
});
