import type { CallToolResult } from "@modelcontextprotocol/sdk/types";

/** A result for tools without an output schema: JSON, for whoever can read it. */
export function reply(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(value) }] };
}

/** A result for tools with an output schema; the text is for clients that know no other. */
export function structuredReply(
  value: Record<string, unknown>,
  text: string = JSON.stringify(value),
): CallToolResult {
  return { content: [{ type: "text", text }], structuredContent: value };
}
