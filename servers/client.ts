// @generated airlock 1
/** What the guest puts on `globalThis` before the program loads. */
type CallTool = (server: string, tool: string, input: object) => Promise<unknown>;

/**
 * Calls one tool of one server and resolves to its structured content, or to the value of its
 * result where it has none. The wrappers beside this file call it; a program calls the wrappers.
 */
export async function callMCPTool<T>(server: string, tool: string, input: object): Promise<T> {
  const callTool: unknown = Reflect.get(globalThis, Symbol.for("airlock.callTool"));
  if (typeof callTool !== "function") {
    throw new Error(`Cannot call ${server}/${tool}: this program does not run in Airlock`);
  }
  return await (callTool as CallTool)(server, tool, input) as T;
}
