import type { ServerIntegrity } from "../mcp/integrity/tool_integrity.ts";

/** Tells a person what is found of tools: what has changed, and what in their words is for a model. */
export function showIntegrity(found: readonly ServerIntegrity[]): void {
  for (const { changed, suspicious } of found) {
    for (const { server, tool, message } of suspicious) {
      console.error(`${server}.${tool}: ${message}`);
    }
    for (const { server, tool, changes } of changed) {
      console.error(`${server}.${tool}: quarantined, it is no longer what was accepted`);
      for (const line of changes) console.error(`  ${line}`);
      console.error(`  accept it: deno task servers accept "${server}/${tool}"`);
    }
  }
}
