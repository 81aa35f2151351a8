import { AirlockError } from "../model/errors.ts";
import { McpToolError } from "../upstream/mcp_tool_error.ts";
import { truncateMasked } from "../privacy/mask/truncate_masked.ts";
import type { CallExchange } from "../privacy/run_privacy.ts";

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
