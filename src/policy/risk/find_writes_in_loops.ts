import type { RiskLevel } from "../../model/risk.ts";
import type { Match, RiskFacts } from "./risk_rule.ts";
import { nameOfTool, toolOfSite } from "./tool_of_site.ts";
import type { ToolTraits } from "./tool_traits.ts";

/** Writes in a loop that so few are like writes one after the other. */
const FEW_WRITES = 5;

/** Calls of tools that write, where they may be reached more than once. */
export function findWritesInLoops(facts: RiskFacts): Match[] {
  return facts.sites.flatMap((site) => {
    const tool = toolOfSite(site);
    const { times, over } = facts.timesOf(site);
    if (tool === undefined || tool.effect === "reads" || over === undefined) return [];
    if (times !== null && times <= 1) return [];
    const often = times === null ? "nobody knows how often" : `up to ${times} times`;
    return [{
      module: site.from.module,
      node: site.node,
      detail: `${nameOfTool(tool)}, ${often}, over ${over}`,
      level: levelOfWrites(tool, times),
    }];
  });
}

function levelOfWrites({ effect, sends }: ToolTraits, times: number | null): RiskLevel {
  const isHard = effect === "destroys" || sends;
  if (times !== null && times <= FEW_WRITES) return isHard ? "high" : "low";
  if (times === null) return isHard ? "critical" : "high";
  return isHard ? "high" : "medium";
}
