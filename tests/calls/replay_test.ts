import { assert, assertEquals } from "@std/assert";
import type { AirlockError } from "../../src/model/errors.ts";
import { Replay, type SettledCall } from "../../src/calls/replay.ts";
import type { StoredCall } from "../../src/storage/stored_run.ts";

/** A call that was answered as the `order`-th, after `settledBefore` others. */
function callOf(name: string, order: number | undefined, settledBefore = 0): StoredCall {
  return {
    id: name.charCodeAt(0),
    runId: "run_1",
    callKey: name,
    occurrence: 1,
    server: "s",
    tool: name,
    arguments: "{}",
    isEffect: true,
    settledBefore,
    begunMs: 0,
    ...(order !== undefined && { settled: { order, kind: "answer", body: new Uint8Array() } }),
  };
}

function open(calls: readonly StoredCall[], slackMs = 60_000) {
  const diverged = Promise.withResolvers<AirlockError>();
  const replay = new Replay({ calls, slackMs, onDiverged: diverged.resolve });
  return { replay, diverged: diverged.promise, [Symbol.dispose]: () => replay.close() };
}

Deno.test("Replay gives each call what was written down of it, once", () => {
  const [a, b] = [callOf("a", 1), callOf("b", 2, 1)];
  using opened = open([a, b]);
  const { replay } = opened;
  assertEquals(replay.take({ callKey: "a", occurrence: 1 }), a);
  assertEquals(replay.take({ callKey: "a", occurrence: 1 }), undefined);
  assertEquals(replay.take({ callKey: "a", occurrence: 2 }), undefined);
  assertEquals(replay.take({ callKey: "b", occurrence: 1 }), b);
  assertEquals(replay.checkEnd(), undefined);
});

Deno.test("Replay deals outcomes out in their order, and lets new calls in after the last", async () => {
  const calls = [callOf("a", 3), callOf("b", 1), callOf("c", 2)];
  using opened = open(calls);
  const { replay } = opened;
  const order: string[] = [];
  const late = replay.afterAll({ server: "s", tool: "new" }).then(() => order.push("new"));
  const turns = calls.map(async (call) => {
    replay.take(call);
    await replay.turnOf(call as SettledCall);
    order.push(call.tool);
    // What an outcome leads to comes before the next one.
    await Promise.resolve();
    order.push(`after ${call.tool}`);
  });
  await Promise.all([...turns, late]);
  assertEquals(order, ["b", "after b", "c", "after c", "a", "after a", "new"]);
  assert(replay.isDone);
});

Deno.test("Replay of nothing, and of calls that were never answered, keeps nobody waiting", async () => {
  for (const calls of [[], [callOf("a", undefined)]]) {
    using opened = open(calls);
    const { replay } = opened;
    assert(replay.isDone);
    await replay.afterAll({ server: "s", tool: "new" });
  }
});

Deno.test("Replay says what a program that ended should have come to", () => {
  using opened = open([callOf("a", 1), callOf("b", 2, 1)]);
  const { replay } = opened;
  replay.take({ callKey: "a", occurrence: 1 });
  const { code, message } = replay.checkEnd()!;
  assertEquals(code, "REPLAY_DIVERGED");
  assert(message.includes("call 2, s.b with {}; it ended instead"), message);
});

Deno.test("Replay tells of a program that comes to another call, and of none once it is closed", async () => {
  {
    using opened = open([callOf("a", 1), callOf("b", 2, 1)], 0);
    opened.replay.afterAll({ server: "s", tool: "new" });
    const { message } = await opened.diverged;
    assert(message.includes("call 1, s.a with {}; s.new instead"), message);
  }
  using closed = open([callOf("a", 1)], 0);
  let isDiverged = false;
  closed.diverged.then(() => isDiverged = true);
  closed.replay.close();
  closed.replay.afterAll({ server: "s", tool: "new" });
  // A timer that was set would have come first.
  await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(isDiverged, false);
});
