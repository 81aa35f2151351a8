/** A tool answered that it failed; the message is the server's. */
export class McpToolError extends Error {
  override readonly name = "McpToolError";
}

/** A call that could not be made: refused, over a limit, or the server is out of reach. */
export class AirlockError extends Error {
  override readonly name = "AirlockError";
  /** A code of the host's table, such as `TOOL_DENIED`. */
  readonly code: string;

  /** Made by the host's answer. */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
