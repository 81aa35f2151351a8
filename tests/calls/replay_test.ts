import { assert, assertEquals } from "@std/assert";
import { refusalOf, stateOfError, storedEffects } from "../../src/calls/refusals.ts";
import { Replay, type SettledCall } from "../../src/calls/replay.ts";
import { AirlockError, ERROR_CODES } from "../../src/model/errors.ts";
import { encodeBody } from "../../src/model/frames.ts";
import type { StoredCall } from "../../src/storage/stored_run.ts";
import { McpToolError } from "../../src/upstream/mcp_tool_error.ts";

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

const NEVER_SENT = [
  "RISK_TOO_HIGH",
  "TOOL_DENIED",
  "FLOW_DENIED",
  "TOKEN_UNKNOWN",
  "TOKEN_EMBEDDED",
  "TOOL_QUARANTINED",
  "TOOL_UNKNOWN",
  "ARGUMENTS_INVALID",
  "APPROVAL_UNAVAILABLE",
];

Deno.test("stateOfError knows what was never sent, and what was answered but too long", () => {
  const of = (state: string) =>
    ERROR_CODES.filter((code) => stateOfError(new AirlockError(code, "Cannot: no")) === state);
  assertEquals(of("none"), NEVER_SENT);
  assertEquals(of("done"), ["TOO_LARGE"]);
  assertEquals(stateOfError(new McpToolError("half of it", { server: "s", tool: "t" })), "unknown");
  assertEquals(stateOfError(new TypeError("unforeseen")), "unknown");
});

Deno.test("storedEffects tells of what is written down as it was told when it happened", () => {
  const answers = [
    undefined,
    { kind: "answer", body: encodeBody(1) },
    { kind: "unkept", body: new Uint8Array() },
    { kind: "refusal", body: encodeBody(refusalOf(new AirlockError("TOKEN_UNKNOWN", "No"))) },
    { kind: "refusal", body: encodeBody(refusalOf(new AirlockError("TOOL_TIMED_OUT", "No"))) },
    {
      kind: "refusal",
      body: encodeBody(refusalOf(new McpToolError("No", { server: "s", tool: "t" }))),
    },
  ] as const;
  const calls = answers.map((settled, id): StoredCall => ({
    id,
    runId: "run_1",
    callKey: `${id}`,
    occurrence: 1,
    server: "s",
    tool: "t",
    arguments: "{}",
    isEffect: true,
    settledBefore: 0,
    ...(settled !== undefined && { settled: { ...settled, order: id } }),
  }));
  const states = (given: StoredCall[]) =>
    [...storedEffects(given)].map(([id, { state }]) => [id, state]);
  assertEquals(states(calls), [
    [0, "unknown"],
    [1, "done"],
    [2, "done"],
    [4, "unknown"],
    [5, "unknown"],
  ]);
  assertEquals(states(calls.map((call) => ({ ...call, isEffect: false }))), []);
});
