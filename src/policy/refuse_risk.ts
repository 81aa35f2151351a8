import type { RiskPolicy } from "../config/policy.ts";
import { AirlockError } from "../model/errors.ts";
import { reaches, type Risk } from "../model/risk.ts";

export interface RefuseRiskOptions extends Pick<RiskPolicy, "block"> {
  /** How the message begins. Default: "Cannot run program". */
  readonly action?: string;
}

/**
 * Refuses a program whose risk the configuration does not let run.
 *
 * @throws {AirlockError} RISK_TOO_HIGH with the worst finding, and what would lower it
 */
export function refuseRisk(
  { level, findings }: Risk,
  { block, action = "Cannot run program" }: RefuseRiskOptions,
): void {
  if (block === undefined || !reaches(level, block)) return;
  const [worst] = findings;
  throw new AirlockError(
    "RISK_TOO_HIGH",
    `${action}: its risk is ${level}. ${worst?.message ?? ""}`.trimEnd(),
    worst === undefined ? {} : {
      hint: worst.lowers,
      ...(worst.line !== undefined && worst.skill === undefined
        ? { position: { line: worst.line, column: 1 } }
        : {}),
    },
  );
}
