import type { Approvals } from "../policy/approvals/approvals.ts";

/** Whether a run that waits for these approvals has something to go on with. */
export function areDecided(ids: readonly string[], approvals: Approvals): boolean {
  return ids.length === 0 || ids.some((id) => approvals.find(id)?.state !== "waiting");
}
