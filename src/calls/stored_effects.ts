import { AirlockError, ERROR_CODES } from "../model/errors.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import type { Effect } from "../model/run_result.ts";
import type { NewCall, StoredCall } from "../storage/stored_run.ts";
import { NEVER_SENT } from "./never_sent.ts";
import type { Refusal } from "../model/protocol.ts";

/** What became of what a call changes; "none" where it changed nothing. */
export type EffectState = Effect["state"] | "none";

/** What a run has changed, or may have, by what is written down of it. */
export function storedEffects(calls: readonly StoredCall[]): Map<number, Effect> {
  const effects = calls.flatMap((call) => {
    const effect = effectOf(call, stateOf(call));
    return effect === undefined ? [] : [[call.id, effect] as const];
  });
  return new Map(effects);
}

/** What is known of a call before it is made. */
export type EffectOfCall = Pick<NewCall, "server" | "tool" | "arguments" | "isEffect">;

/** The effect of a call; undefined where there is none. */
export function effectOf(
  { server, tool, arguments: input, isEffect }: EffectOfCall,
  state: EffectState,
): Effect | undefined {
  return isEffect && state !== "none" ? { server, tool, arguments: input, state } : undefined;
}

/** What became of what a call changes that ended in an error, be it the tool's own. */
export function stateOfError(error: unknown): EffectState {
  if (!(error instanceof AirlockError)) return "unknown";
  if (error.code === "TOO_LARGE") return "done";
  return NEVER_SENT.has(error.code) ? "none" : "unknown";
}

/** The error that a call ended in, as it is written down. */
export function storedError({ server, tool }: NewCall, body: Uint8Array): Error {
  const { name, code, message } = JSON.parse(new TextDecoder().decode(body)) as Refusal;
  if (name === "McpToolError") return new McpToolError(message, { server, tool });
  return new AirlockError(ERROR_CODES.find((known) => known === code) ?? "INTERNAL", message);
}

function stateOf(call: StoredCall): EffectState {
  if (call.settled === undefined) return "unknown";
  const { kind, body } = call.settled;
  return kind === "refusal" ? stateOfError(storedError(call, body)) : "done";
}
