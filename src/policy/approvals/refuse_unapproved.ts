import { AirlockError } from "../../model/errors.ts";
import type { RiskLevel } from "../../model/risk.ts";
import type { ReachableTool } from "../../model/approval.ts";
import type { Approvals } from "./approvals.ts";
import { ruleOfLevel, ruleOfTool } from "./rule_of_tool.ts";

export interface RefuseUnapprovedOptions {
  readonly tools: readonly ReachableTool[];
  /** What a program that called them would be. */
  readonly level: RiskLevel;
  readonly approvals: Pick<Approvals, "config" | "canAsk">;
}

/**
 * Refuses what needs a person where nobody can wait for one.
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
