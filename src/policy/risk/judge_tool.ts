import type { RiskPolicy } from "../../config/policy.ts";
import type { Tool, ToolAnnotations } from "../../model/tool.ts";
import type { Capability } from "../../model/capability.ts";
import { correctionOf } from "./configured_rules.ts";
import { type ToolTraits, toolTraits } from "./tool_traits.ts";

/**
 * What is known of a tool: all that permission, risk, approval, cache, fallback and replay ask of
 * it. It is data alone, so that it can be handed to another process.
 */
export interface JudgedTool extends ToolTraits {
  /** The server's own word, for people. */
  readonly annotations?: ToolAnnotations | undefined;
  /** Whether a person must approve each call of it for what its server says. Default: no. */
  readonly isSuspicious?: boolean | undefined;
}

/** Judges a tool; `tool` is undefined where its server is out of reach. */
export type JudgeTool = (capability: Capability, tool: Tool | undefined) => JudgedTool;

/**
 * Makes the one judge of what tools do: by the configuration, by their servers' word and by their
 * names, in this order, but for a name that says worse than the server does.
 */
export function createToolJudge(policy: Pick<RiskPolicy, "tools">): JudgeTool {
  const known = new WeakMap<Tool, JudgedTool>();
  return (capability, tool) => {
    const before = tool && known.get(tool);
    if (before?.server === capability.server) return before;
    const traits = toolTraits(capability, { tool, correction: correctionOf(capability, policy) });
    if (tool === undefined) return traits;
    const { annotations, withheld } = tool;
    const judged = {
      ...traits,
      ...(annotations !== undefined && { annotations }),
      ...(withheld?.asks && { isSuspicious: true }),
    };
    known.set(tool, judged);
    return judged;
  };
}
