/** The error of a tool that answered that it failed; the message is the server's. */
export class McpToolError extends Error {
  override readonly name = "McpToolError";
}

/** The error of a call that was refused, is over a limit, or whose server is out of reach. */
export class AirlockError extends Error {
  override readonly name = "AirlockError";
  /** A code of the host's table, such as `TOOL_DENIED`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const carried = new WeakMap<object, string>();
const { get, set } = WeakMap.prototype;
const { apply } = Reflect;

/**
 * Makes an error that carries its code to the host, should the program not catch it. Errors that a
 * program makes itself carry none: no import of a program leads here.
 */
export function refusal(code: string, message: string): AirlockError {
  return carrying(code, new AirlockError(code, message));
}

/** Makes the error of a tool's answer, with its code. */
export function toolFailure(message: string): McpToolError {
  return carrying("TOOL_FAILED", new McpToolError(message));
}

/** Returns the code that a thrown object carries; undefined for none. */
export function carriedCode(thrown: object): string | undefined {
  return apply(get, carried, [thrown]);
}

function carrying<Thrown extends Error>(code: string, error: Thrown): Thrown {
  apply(set, carried, [error, code]);
  return error;
}
