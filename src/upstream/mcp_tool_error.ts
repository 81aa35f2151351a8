/** Longest message kept, in characters. */
const MAX_MESSAGE_LENGTH = 8_192;

/**
 * A tool ran and failed (`isError` of the MCP specification): its own message, which a program may
 * catch and act on. A tool that could not be called is an `AirlockError` instead.
 *
 * @example
 * ```ts
 * import { McpToolError } from "./mcp_tool_error.ts";
 *
 * const error = new McpToolError("no lead 7", { server: "crm", tool: "get_lead" });
 * console.assert(error.message === "no lead 7" && error.tool === "get_lead");
 * ```
 */
export class McpToolError extends Error {
  /** Tells it from other errors where classes do not reach. */
  override readonly name = "McpToolError";
  /** Name of the server in the configuration. */
  readonly server: string;
  readonly tool: string;

  /** Keeps the first 8,192 characters of the server's message. */
  constructor(message: string, { server, tool }: { server: string; tool: string }) {
    const isLong = message.length > MAX_MESSAGE_LENGTH;
    super(isLong ? `${message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…` : message);
    this.server = server;
    this.tool = tool;
  }
}
