import type { JudgedTool } from "../risk/judge_tool.ts";
import type { ReachableTool, Undoing } from "../../model/approval.ts";

/** A tool as a person is shown it, and as the rules of approvals see it. */
export function reachableTool(judged: JudgedTool): ReachableTool {
  const { server, tool, believed, hints, annotations, sends, undo, isSuspicious } = judged;
  return {
    ...{ server, tool, effect: believed, annotations, hints, sends },
    reversible: UNDOING[undo],
    ...(isSuspicious && { isSuspicious }),
  };
}

const UNDOING: Readonly<Record<JudgedTool["undo"], Undoing>> = {
  possible: "yes",
  impossible: "no",
  unknown: "unknown",
};
