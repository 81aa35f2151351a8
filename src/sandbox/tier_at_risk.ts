import type { Isolation } from "../config/isolation.ts";
import type { Tier } from "./tier.ts";
import { RISK_LEVELS, type RiskLevel } from "../model/risk.ts";

/** The tiers, the weakest first. */
const TIERS = ["process", "bubblewrap", "container"] as const satisfies Tier["name"][];

/**
 * The tier that programs of a level run in: the strongest that the configuration names for it or for
 * any level below, and never a weaker one than for all programs.
 */
export function tierAtRisk({ tier, byRisk = {} }: Isolation, level: RiskLevel): Tier["name"] {
  const upTo = RISK_LEVELS.slice(0, RISK_LEVELS.indexOf(level) + 1);
  const named = [tier, ...upTo.flatMap((each) => byRisk[each] ?? [])];
  return TIERS.findLast((each) => named.includes(each))!;
}

/** All tiers that programs may run in, that of low risk first. */
export function tiersInUse(isolation: Isolation): readonly Tier["name"][] {
  return [...new Set(RISK_LEVELS.map((level) => tierAtRisk(isolation, level)))];
}
