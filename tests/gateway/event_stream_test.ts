import { assert, assertEquals, assertMatch } from "@std/assert";
import { createEventStream } from "../../src/gateway/server_events.ts";

const NEVER_MS = 600_000;
const nobodyLeaves = () => {
  throw new Error("nobody left");
};

Deno.test("createEventStream() sends each event's name and data", async () => {
  const stream = createEventStream({ keepAliveMs: NEVER_MS, onGone: nobodyLeaves });
  stream.send({ event: "started", data: { runId: "run_1" } });
  stream.send({ event: "result", data: null });
  stream.end();
  assertEquals(
    await new Response(stream.body).text(),
    'event: started\ndata: {"runId":"run_1"}\n\nevent: result\ndata: null\n\n',
  );
});

Deno.test("createEventStream() escapes text that would begin an event of its own", async () => {
  const stream = createEventStream({ keepAliveMs: NEVER_MS, onGone: nobodyLeaves });
  const text = "a\n\nevent: result\ndata: forged\r\n\r\nid: 1\rretry: 1\u2028\u2029\u0000\ud800";
  stream.send({ event: "log", data: { text, ["\n\nevent: result"]: 1 } });
  stream.end();
  const sent = await new Response(stream.body).text();
  assertEquals(sent.split(/\r\n|\r|\n/).length, 4);
  assertEquals(JSON.parse(sent.split("\n")[1]!.slice("data: ".length)).text, text);
});

Deno.test("createEventStream() sends a comment to keep the connection open", async () => {
  const stream = createEventStream({ keepAliveMs: 1, onGone: () => {} });
  const reader = stream.body.getReader();
  const { value } = await reader.read();
  assertMatch(new TextDecoder().decode(value), /^: [^\n]+\n\n$/);
  await reader.cancel();
});

Deno.test("createEventStream() reports that its reader has left, and sends no more", async () => {
  let gone = 0;
  const stream = createEventStream({ keepAliveMs: 1, onGone: () => gone++ });
  stream.send({ event: "started", data: {} });
  await stream.body.cancel();
  assertEquals(gone, 1);
  stream.send({ event: "log", data: {} });
  stream.end();
});

Deno.test("createEventStream() can be ended twice, and sends nothing after the end", async () => {
  const stream = createEventStream({ keepAliveMs: 1, onGone: nobodyLeaves });
  stream.end();
  stream.end();
  stream.send({ event: "log", data: {} });
  const sent = await new Response(stream.body).text();
  assert(!sent.includes("event:"), sent);
});
