import type { RiskPolicy } from "../config/risk_policy.ts";
import { AirlockError } from "../errors.ts";
import { reaches, type Risk } from "./risk.ts";

/**
 * Refuses a program whose risk the configuration does not let run.
 *
 * @throws {AirlockError} RISK_TOO_HIGH with the worst finding, and what would lower it
 */
export function refuseRisk({ level, findings }: Risk, { block }: RiskPolicy): void {
  if (block === undefined || !reaches(level, block)) return;
  const [worst] = findings;
  throw new AirlockError(
    "RISK_TOO_HIGH",
    `Cannot run program: its risk is ${level}. ${worst?.message ?? ""}`.trimEnd(),
    worst === undefined ? {} : {
      hint: worst.lowers,
      ...(worst.line !== undefined && worst.skill === undefined
        ? { position: { line: worst.line, column: 1 } }
        : {}),
    },
  );
}
