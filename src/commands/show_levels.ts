import type { RiskLevel } from "../model/risk.ts";
import type { NamedOffer } from "./show_offers.ts";

/** A level of risk, and what programs of it run in. */
export interface LevelTier {
  readonly level: RiskLevel;
  /** By its name among the offers. */
  readonly tier: string;
}

/** A line for each level of risk: the tier that runs it, and whether the machine has that. */
export function showLevels(levels: readonly LevelTier[], offers: readonly NamedOffer[]): string {
  const lines = levels.map(({ level, tier }) => {
    const offer = offers.find(({ name }) => name === tier)?.offer;
    const verdict = offer?.create === undefined ? "NOT AVAILABLE" : "available";
    return `  ${level.padEnd(8)}  ${tier}: ${verdict}`;
  });
  return ["programs by their risk run in:", ...lines].join("\n");
}
