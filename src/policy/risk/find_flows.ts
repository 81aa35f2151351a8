import type { CallSite } from "./program_facts.ts";
import type { Match, RiskFacts } from "./risk_rule.ts";
import { nameOfTool, toolOfSite } from "./tool_of_site.ts";
import type { ToolTraits } from "./tool_traits.ts";

/** Calls that get data of a kind that another server gave. */
export function findFlows(facts: RiskFacts, kind: "personal" | "secret"): Match[] {
  return flowsOf(facts, ({ data }) => data === kind).map(({ match }) => match);
}

/** Calls that get what another server gave in bulk, and may keep it or hand it on. */
export function findBulkFlows(facts: RiskFacts): Match[] {
  const bulk = new Set(facts.sites.flatMap((site) => serversReadInBulk(site, facts)));
  return flowsOf(facts, ({ server }) => bulk.has(server))
    .filter(({ tool }) => tool.effect !== "reads" || tool.world !== "closed")
    .map(({ tool, match }) => ({ ...match, level: tool.world === "open" ? "high" : "medium" }));
}

function serversReadInBulk(site: CallSite, facts: RiskFacts): string[] {
  const tool = toolOfSite(site);
  if (tool === undefined || tool.effect !== "reads") return [];
  const { times } = facts.timesOf(site);
  return tool.many || times === null || times > 1 ? [tool.server] : [];
}

type Source = ReturnType<RiskFacts["sourceBits"]["describe"]>[number];

/** Calls of tools that get data of another server, where it is data that is meant. */
function flowsOf(
  { sites, sourceBits }: RiskFacts,
  isMeant: (source: Source) => boolean,
): { tool: ToolTraits; match: Match }[] {
  return sites.flatMap((site) => {
    const tool = toolOfSite(site);
    if (tool === undefined || site.sources === 0) return [];
    const servers = sourceBits.describe(site.sources)
      .filter((source) => source.server !== tool.server && isMeant(source))
      .map(({ server }) => server);
    if (servers.length === 0) return [];
    const detail = `from ${servers.join(", ")} to ${nameOfTool(tool)}`;
    return [{ tool, match: { module: site.from.module, node: site.node, detail } }];
  });
}
