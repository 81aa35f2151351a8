import type { RunStart } from "../audit/audit_trail.ts";
import type { RunResult } from "../model/run_result.ts";
import { tierAtRisk } from "../sandbox/tier.ts";
import { admitProgram, type AdmittedProgram, type RefusedProgram } from "./admit_program.ts";
import type { Run } from "./run.ts";
import { openProgramScope, type ProgramScope, type RunHost } from "./run_scope.ts";
import { resultWithoutWorker, runInWorker } from "./run_in_worker.ts";

/**
 * The story of a run, from its request to its result, or to where a person must decide:
 *
 * - open the scope: session, privacy, watch of the folders, reserved worker;
 * - admit the program: parse, then type check beside risk, then permission, then approval;
 * - write down that it starts: before that, nothing of it happens;
 * - run it in a worker: each call is checked, journaled, restored, made and masked;
 * - shape the result: redact, bound and store.
 */
export async function executeRun(run: Run, host: RunHost): Promise<RunResult> {
  const { isResumed } = run;
  await using scope = await openProgramScope(run, host);
  const program = await admitProgram(scope);
  await host.recorder.started(run, { ...startOf(program, scope), isResumed });
  if ("refused" in program) return await resultWithoutWorker(program.refused, scope);
  if (run.state === "starting") run.enter("running");
  const result = await runInWorker(program, scope);
  countSkills(program, result, scope);
  return result;
}

/** The start of a call without a program; its own entry tells which call it is. */
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

function startOf(
  program: AdmittedProgram | RefusedProgram,
  { run, config }: ProgramScope,
): RunStart {
  const { level = null } = run.record().risk ?? {};
  const start = { ...CLASSIC_START, mode: "program" as const, code: run.code, risk: level };
  if ("refused" in program) {
    const { refused } = program;
    return { ...start, admission: refused.kind === "waiting" ? "waiting" : refused.error.code };
  }
  return {
    ...start,
    capabilities: program.capabilities,
    imports: program.specifiers,
    warnings: config.policy.check === "off" ? null : program.warnings.length,
    tier: tierAtRisk(config.isolation, level ?? "low"),
  };
}

/** A run that was cancelled, or that waits, tells nothing of the skills that it used. */
function countSkills(
  { skills }: AdmittedProgram,
  { status }: RunResult,
  { run, parts }: ProgramScope,
): void {
  const isTelling = status !== "cancelled" && status !== "waiting";
  if (skills.length === 0 || !isTelling || run.trial !== undefined) return;
  parts.skills.used(skills, { caller: run.caller.name, succeeded: status === "completed" });
}
