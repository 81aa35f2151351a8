/** The answer to a message that is not handed to any server. */
export function refuseMessage(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code, message } }, { status });
}
