import type { RiskPolicy } from "../../config/policy.ts";
import { matchesName } from "../../upstream/select_tools.ts";
import type { Capability } from "../../model/capability.ts";
import type { RiskFinding } from "../../model/risk.ts";
import type { JudgedTool } from "./judge_tool.ts";
import type { ToolCorrection } from "./tool_traits.ts";

/** What the configuration says of a tool; the last entry that fits it counts. */
export function correctionOf(
  capability: Capability,
  { tools }: Pick<RiskPolicy, "tools">,
): ToolCorrection | undefined {
  return tools.findLast((entry) => isOf(entry, capability));
}

const MAX_FINDINGS_OF_A_RULE = 10;

/** What the configuration's own rules find among the tools that a program may call. */
export function configuredFindings(
  tools: readonly JudgedTool[],
  { add }: Pick<RiskPolicy, "add">,
): RiskFinding[] {
  return add.flatMap((entry) =>
    tools.values().filter((tool) => {
      const { annotation, data, effect } = entry;
      const says = annotation === undefined || tool.hints[annotation] === true;
      return isOf(entry, tool) && says && (data === undefined || data === tool.data) &&
        (effect === undefined || effect === tool.effect);
    }).take(MAX_FINDINGS_OF_A_RULE).map(({ server, tool }) => ({
      rule: "configured",
      level: entry.level,
      message: `${entry.message ?? "The configuration says so"}: ${server}.${tool}`,
      lowers: "Do without the tool, or ask who keeps the configuration",
    })).toArray()
  );
}

function isOf(
  { server = "*", tool = "*" }: { server?: string | undefined; tool?: string | undefined },
  capability: Capability,
): boolean {
  return matchesName(capability.server, server) && matchesName(capability.tool, tool);
}
