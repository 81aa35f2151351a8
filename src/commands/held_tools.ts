import type { ServerIntegrity } from "../upstream/integrity/tool_integrity.ts";

/** The changed tools of servers, by server. */
export function heldTools(
  found: readonly ServerIntegrity[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const held = new Map<string, Set<string>>();
  for (const { server, tool } of found.flatMap(({ changed }) => changed)) {
    held.set(server, (held.get(server) ?? new Set()).add(tool));
  }
  return held;
}
