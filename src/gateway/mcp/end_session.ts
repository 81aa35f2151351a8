import { join } from "@std/path";
import type { Runtime } from "../../runs/runtime_types.ts";
import { sessionIdOf } from "../../workspace/session_id.ts";

/** Closes a session that nobody can come back to, unless its runs left files. */
export async function endSession({ config, sessions }: Runtime, name: string): Promise<void> {
  // No two have the name: the endpoint made it.
  const key = sessions.list().find((session) => session.name === name);
  if (key === undefined) return;
  try {
    const folder = join(config.folders.workspace, sessionIdOf(key));
    for await (const _file of Deno.readDir(folder)) return;
    await sessions.close(key);
  } catch {
    // A run is under way in it still: it is closed in its time, as those with files are.
  }
}
