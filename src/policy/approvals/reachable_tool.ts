import type { JudgedTool } from "../risk/judge_tool.ts";
import type { ReachableTool } from "./approval.ts";

/** A tool as a person is shown it, and as the rules of approvals see it. */
export function reachableTool(
  { server, tool, effect, leaves, hints, annotations }: JudgedTool,
): ReachableTool {
  // A name that sounds harmless is nobody's word that a call may be made unasked.
  const believed = effect === "reads" && leaves !== "none" ? "writes" : effect;
  return { server, tool, effect: believed, annotations, hints };
}
