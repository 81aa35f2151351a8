import type { JudgedTool } from "../risk/judge_tool.ts";
import type { ReachableTool, Undoing } from "./approval.ts";

/** A tool as a person is shown it, and as the rules of approvals see it. */
export function reachableTool(judged: JudgedTool): ReachableTool {
  const { server, tool, effect, leaves, hints, annotations, sends, undo, isSuspicious } = judged;
  // A name that sounds harmless is nobody's word that a call may be made unasked.
  const believed = effect === "reads" && leaves !== "none" ? "writes" : effect;
  return {
    ...{ server, tool, effect: believed, annotations, hints, sends },
    reversible: believed === effect ? UNDOING[undo] : "unknown",
    ...(isSuspicious && { isSuspicious }),
  };
}

const UNDOING: Readonly<Record<JudgedTool["undo"], Undoing>> = {
  possible: "yes",
  impossible: "no",
  unknown: "unknown",
};
