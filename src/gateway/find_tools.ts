import { AirlockError } from "../model/errors.ts";
import type { Runtime, ToolInfo } from "../runs/runtime_types.ts";

/**
 * Gives the tools of one server, or of all.
 *
 * @throws {AirlockError} NOT_FOUND where there is no such server, and what the runtime throws where
 * it is out of reach
 */
export async function findTools(
  runtime: Runtime,
  server: string | undefined,
): Promise<readonly ToolInfo[]> {
  if (server === undefined) return await runtime.tools();
  const state = runtime.servers().find(({ name }) => name === server)?.state;
  if (state === undefined || state === "disabled") {
    const problem = state === undefined ? "none has this name" : "it is disabled";
    throw new AirlockError("NOT_FOUND", `Cannot find server: ${problem}`, {
      hint: "GET /v1/servers lists the servers",
    });
  }
  return await runtime.tools(server);
}
