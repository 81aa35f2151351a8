import { AirlockError } from "../model/errors.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import type { Refusal } from "../model/protocol.ts";

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
