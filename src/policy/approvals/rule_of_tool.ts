import type { ApprovalDecision, ApprovalRule, ApprovalsConfig } from "../../config/approvals.ts";
import { matchesName } from "../../upstream/select_tools.ts";
import type { RiskLevel } from "../../model/risk.ts";
import type { ReachableTool } from "../../model/approval.ts";

const STRICTNESS = ["allow", "require", "block"] as const;

/** What the rules say of a tool: the strictest of those that fit it. */
export function ruleOfTool(tool: ReachableTool, rules: readonly ApprovalRule[]): ApprovalDecision {
  return rules.filter((rule) => fits(rule, tool)).map(({ then }) => then).reduce(
    (one, other) => STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other,
    tool.isSuspicious === true ? "require" : "allow",
  );
}

/** What the configuration says of a program's risk; nobody is asked where nobody can be. */
export function ruleOfLevel(
  level: RiskLevel,
  { levels }: ApprovalsConfig,
  canAsk: boolean,
): ApprovalDecision {
  const byDefault = canAsk && (level === "high" || level === "critical") ? "require" : "allow";
  return levels[level] ?? byDefault;
}

function fits(rule: ApprovalRule, { server, tool, annotations, hints }: ReachableTool): boolean {
  if (rule.server !== undefined && !matchesName(server, rule.server)) return false;
  if (rule.tool !== undefined && !matchesName(tool, rule.tool)) return false;
  if (rule.annotation === undefined) return true;
  if (rule.annotation !== "none") return (hints ?? annotations)?.[rule.annotation] === true;
  return Object.keys(annotations ?? {}).every((hint) => hint === "title");
}
