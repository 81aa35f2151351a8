import { join } from "@std/path";
import { vaultsOf } from "../../privacy/doors.ts";
import type { Runtime } from "../../runtime_types.ts";

/**
 * Removes the folder of a session that nobody can come back to, unless something is in it, and with
 * it what the session's tokens stood for.
 */
export async function endSession(runtime: Runtime, session: string): Promise<void> {
  const { config } = runtime;
  try {
    await Deno.remove(join(config.folders.workspace, session));
  } catch {
    // It has files, which are kept with their tokens, or none of its runs ever made it.
    return;
  }
  if (config.privacy.enabled) await vaultsOf(config).destroy(session);
}
