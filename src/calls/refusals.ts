import { AirlockError, ERROR_CODES, type ErrorCode } from "../model/errors.ts";
import type { Refusal } from "../model/protocol.ts";
import type { Effect } from "../model/run_result.ts";
import { truncateMasked } from "../privacy/mask/cut_masked.ts";
import type { CallExchange } from "../privacy/run_privacy.ts";
import type { NewCall, StoredCall } from "../storage/stored_run.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";

/** What a program sees of an error: the message, never its cause or its stack. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof McpToolError) {
    return { name: "McpToolError", code: "TOOL_FAILED", message: error.message };
  }
  if (error instanceof AirlockError) {
    const { code, message, hint } = error;
    return { name: "AirlockError", code, message: hint ? `${message}. ${hint}` : message };
  }
  return { name: "AirlockError", code: "INTERNAL", message: "Cannot answer: an internal error" };
}

/** Codes of calls that were refused before anything was sent to a server. */
export const NEVER_SENT: ReadonlySet<ErrorCode> = new Set([
  "ARGUMENTS_INVALID",
  "TOOL_UNKNOWN",
  "TOKEN_UNKNOWN",
  "TOKEN_EMBEDDED",
  "FLOW_DENIED",
  "TOOL_DENIED",
  "TOOL_QUARANTINED",
  "RISK_TOO_HIGH",
  "APPROVAL_UNAVAILABLE",
]);

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
type EffectOfCall = Pick<NewCall, "server" | "tool" | "arguments" | "isEffect">;

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

/** Longest message of a server that a program gets, in characters, as it is masked. */
const MAX_MESSAGE_LENGTH = 8_000;

/** An error of a call as the program may know it: servers quote what they were sent. */
export async function maskError(error: unknown, passage: CallExchange): Promise<unknown> {
  if (error instanceof McpToolError) {
    const { server, tool } = error;
    return new McpToolError(await maskMessage(error.message, passage), { server, tool });
  }
  if (error instanceof AirlockError) {
    const { code, hint, position } = error;
    return new AirlockError(code, await maskMessage(error.message, passage), {
      ...(hint === undefined ? {} : { hint: await maskMessage(hint, passage) }),
      ...(position === undefined ? {} : { position }),
    });
  }
  return error;
}

async function maskMessage(message: string, passage: CallExchange): Promise<string> {
  const masked = await passage.maskMessage(message, message.endsWith("…") ? "cut" : "whole");
  return truncateMasked(masked, MAX_MESSAGE_LENGTH);
}
