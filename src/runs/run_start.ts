import type { RunStart } from "../audit/audit_trail.ts";
import type { RefusedProgram } from "./admit_program.ts";
import type { BegunRun } from "./begin_run.ts";
import type { Config } from "../config/config.ts";
import type { AdmittedProgram } from "./serve_program.ts";
import { tierAtRisk } from "../sandbox/tier.ts";

/** What is written down of a call without a program; which one it is says its own entry. */
export const CLASSIC_START: RunStart = {
  mode: "classic",
  code: "",
  capabilities: [],
  imports: [],
  admission: "admitted",
  warnings: null,
  risk: null,
  tier: "none",
};

/** What is written down before anything of a program happens. */
export function startOfProgram(
  program: AdmittedProgram | RefusedProgram,
  { run, config, mode = "program" }: {
    run: BegunRun;
    config: Config;
    mode?: RunStart["mode"] | undefined;
  },
): RunStart {
  const { level = null } = run.record().risk ?? {};
  const start = { ...CLASSIC_START, mode, code: run.code, risk: level };
  if ("refused" in program) {
    const { refused } = program;
    return { ...start, admission: refused.kind === "waiting" ? "waiting" : refused.error.code };
  }
  const { capabilities, specifiers, warnings } = program;
  return {
    ...start,
    capabilities,
    imports: specifiers,
    warnings: config.policy.check === "off" ? null : warnings.length,
    ...(mode === "program" && { tier: tierAtRisk(config.isolation, level ?? "low") }),
  };
}
