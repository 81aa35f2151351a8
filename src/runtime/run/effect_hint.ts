import type { ReachableTool } from "../../policy/approvals/approval.ts";
import type { EffectHint } from "../../rpc/recorded_call.ts";

/** What a call of a tool leaves behind. */
export function effectHint({ effect, annotations }: ReachableTool): EffectHint {
  // Only a server's own word is enough to make a call again.
  if (effect === "reads" && annotations?.readOnlyHint === true) return "none";
  return annotations?.idempotentHint === true ? "same" : "each";
}
