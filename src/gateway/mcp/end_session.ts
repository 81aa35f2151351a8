import { join } from "@std/path";
import type { Runtime } from "../../runtime_types.ts";

/** Removes the folder of a session that nobody can come back to, unless something is in it. */
export async function endSession(runtime: Runtime, session: string): Promise<void> {
  try {
    await Deno.remove(join(runtime.config.folders.workspace, session));
  } catch {
    // It has files, which are kept, or none of its runs ever made it.
  }
}
