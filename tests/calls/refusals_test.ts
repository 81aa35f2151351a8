import { assertEquals } from "@std/assert";
import { refusalOf, stateOfError, storedEffects } from "../../src/calls/refusals.ts";
import { AirlockError, ERROR_CODES } from "../../src/model/errors.ts";
import { encodeBody } from "../../src/model/frames.ts";
import type { StoredCall } from "../../src/storage/stored_run.ts";
import { McpToolError } from "../../src/upstream/mcp_tool_error.ts";

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
