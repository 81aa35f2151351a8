import type { ApprovalDecision, ApprovalRule, ApprovalsConfig } from "../../config/approvals.ts";
import { matchesName } from "../../upstream/select_tools.ts";
import type { RiskLevel } from "../../model/risk.ts";
import type { ReachableTool, Undoing } from "../../model/approval.ts";
import { AirlockError } from "../../model/errors.ts";
import type { Approvals } from "./approvals.ts";
import type { JudgedTool } from "../risk/judge_tool.ts";

const STRICTNESS = ["allow", "require", "block"] as const;

/** What the rules say of a tool: the strictest of those that fit it. */
export function ruleOfTool(tool: ReachableTool, rules: readonly ApprovalRule[]): ApprovalDecision {
  return rules.filter((rule) => fits(rule, tool)).map(({ then }) => then).reduce(
    (one, other) => STRICTNESS.indexOf(one) > STRICTNESS.indexOf(other) ? one : other,
    tool.isSuspicious === true ? "require" : "allow",
  );
}

/** The configuration's rule for a risk level; a person is asked only where one can be. */
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

interface RefuseUnapprovedOptions {
  readonly tools: readonly ReachableTool[];
  /** What a program that called them would be. */
  readonly level: RiskLevel;
  readonly approvals: Pick<Approvals, "config" | "canAsk">;
}

/**
 * Refuses a call that needs a person, where none can be waited for.
 *
 * @throws {AirlockError} TOOL_DENIED or APPROVAL_UNAVAILABLE
 */
export function refuseUnapproved(
  { tools, level, approvals: { config, canAsk } }: RefuseUnapprovedOptions,
): void {
  const ofLevel = ruleOfLevel(level, config, canAsk);
  for (const tool of tools) {
    const rules = [ruleOfTool(tool, config.rules), ofLevel];
    const name = `${tool.server}.${tool.tool}`;
    if (rules.includes("block")) {
      throw new AirlockError("TOOL_DENIED", `Cannot call ${name}: the configuration blocks it`);
    }
    if (rules.includes("require")) {
      throw new AirlockError(
        "APPROVAL_UNAVAILABLE",
        `Cannot call ${name}: a person must approve it, and only a program waits for one`,
        { hint: "Call it from a program" },
      );
    }
  }
}

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
