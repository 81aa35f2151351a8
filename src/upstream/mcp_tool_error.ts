/** Longest message kept, in characters. */
const MAX_MESSAGE_LENGTH = 8_192;

/** Options of {@linkcode McpToolError}. */
export interface McpToolErrorOptions {
  /** As the configuration calls it. */
  readonly server: string;
  /** As the server calls it. */
  readonly tool: string;
}

/**
 * A tool ran and said that it failed (`isError` of the MCP specification): its own message, which a
 * program may catch and act on. A tool that could not be called is an `AirlockError` instead.
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
  /** To tell it from other errors where classes do not reach. */
  override readonly name = "McpToolError";
  /** The server whose tool failed. */
  readonly server: string;
  /** The tool that failed. */
  readonly tool: string;

  /** Keeps the first 8,192 characters of the server's message. */
  constructor(message: string, { server, tool }: McpToolErrorOptions) {
    super(
      message.length <= MAX_MESSAGE_LENGTH
        ? message
        : `${message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed()}…`,
    );
    this.server = server;
    this.tool = tool;
  }
}
