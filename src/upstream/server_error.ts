/** A server answered a request with an error of the protocol. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** Of JSON-RPC, or the server's own. */
  readonly code: number;

  /** @param message the server's own words */
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
