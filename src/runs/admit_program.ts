import { AirlockError } from "../model/errors.ts";
import type { ShownSkill } from "../model/approval.ts";
import { reachableTool } from "../policy/approvals/approval_rules.ts";
import { RunGate } from "../policy/approvals/run_gate.ts";
import { refuseRisk } from "../policy/check_permission.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import { type ExaminedProgram, examineLookups, type ReadText } from "../program/examination.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { Ending } from "../result/ending.ts";
import type { ProgramScope } from "./run_scope.ts";

/** A program that may not run, or not yet. */
export interface RefusedProgram {
  readonly refused: Extract<Ending, { kind: "refused" | "waiting" }>;
}

/** A program that may run. */
export interface AdmittedProgram extends ExaminedProgram {
  /** All that it can call. */
  readonly tools: readonly JudgedTool[];
  readonly gate: RunGate;
  /** Findings of the type check that are no errors. */
  readonly warnings: readonly string[];
}

/**
 * Admits a program, or refuses it: parse, then type check beside risk, then permission, then
 * approval. The run is in the journal afterwards, whatever the answer is.
 */
export async function admitProgram(
  scope: ProgramScope,
): Promise<AdmittedProgram | RefusedProgram> {
  const { run, recorder, judge } = scope;
  try {
    if (run.refusal !== undefined) throw run.refusal;
    await scope.watch.begin();
    const { program, checked, deprecated, skills } = await examine(scope);
    const warnings = [...await checked, ...deprecated, ...silentEnd(program)];
    const privacy = await scope.privacy;
    await recorder.admitted(run, program.hash);
    const isTrial = run.trial !== undefined;
    const tools = isTrial ? [] : await judge.describe(program.capabilities);
    const gate = gateOf(program, { scope, tools, skills, privacy });
    // A trial can call nothing that a person would have to decide about.
    const verdict = isTrial ? undefined : await gate.judgeProgram();
    if (verdict?.kind === "refused") throw verdict.error;
    if (verdict?.kind === "waiting") {
      return { refused: { kind: "waiting", approvals: [verdict.approvalId] } };
    }
    return { ...program, warnings, tools, gate };
  } catch (error) {
    // A privacy session that does not open is an error of the host, not of the program.
    await scope.privacy;
    if (!(error instanceof AirlockError) || error.code === "BUSY") throw error;
    await recorder.admitted(run, undefined);
    return { refused: { kind: "refused", error } };
  }
}

/** The compiler checks the types, in a process of its own, while the rest goes on. */
async function examine(scope: ProgramScope) {
  const { run, config, parts, judge, track } = scope;
  const skills = run.trial ?? parts.skills.view(run.caller.name);
  let checked: Promise<readonly string[]> = Promise.resolve([]);
  const program = await examineInStages(scope, {
    skills,
    onRead(read) {
      checked = track(
        run.trace.stage(
          "typecheck",
          () => parts.typeChecker.check(read, { principal: run.principal, skills }),
        ),
      );
      // A program that is refused for another reason first does not wait for it.
      checked.catch(() => {});
    },
  });
  // Names of files are shown to the person who decides alone, masked.
  const { files: _files, ...told } = program.risk;
  run.assessed(told);
  await judge.check(program.capabilities, {
    permission: run.permission,
    action: "Cannot run program",
  });
  refuseRisk(program.risk, config.policy.risk);
  const deprecated = program.skills.filter((name) => skills.isDeprecated?.(name))
    .map((name) => `The skill "${name}" is deprecated: find another by search_skills`);
  return { program, checked, deprecated, skills: await textsOf(program.skills, skills) };
}

function silentEnd({ silentEnd }: ExaminedProgram): string[] {
  return silentEnd === undefined ? [] : [silentEnd];
}

/** The texts of skills as this run reads them: who approves a program approves those with it. */
async function textsOf(names: readonly string[], skills: Skills): Promise<ShownSkill[]> {
  return await Promise.all(
    names.map(async (name) => ({ name, code: await skills.read(name) ?? "" })),
  );
}

/** The stage of reading ends, and that of the risk begins, when the program is read. */
async function examineInStages(
  { run, config, parts: { examiner, wrappers, guestUrl }, judge }: ProgramScope,
  { skills, onRead }: { skills: Skills; onRead: (read: ReadText) => void },
): Promise<ExaminedProgram> {
  const { code, principal, signal, trace } = run;
  const isRead = Promise.withResolvers<void>();
  const lookups = examineLookups({
    wrappers,
    skills,
    tools: (capabilities) => judge.describe(capabilities),
    read(read) {
      onRead(read);
      isRead.resolve();
      return Promise.resolve();
    },
  });
  const input = { code, guestUrl, policy: config.policy.risk };
  const examined = examiner.examine(input, lookups, { principal, signal });
  examined.catch(() => {});
  await trace.stage("program", () => Promise.race([isRead.promise, examined]));
  return await trace.stage("risk", () => examined);
}

function gateOf(
  { hash: programHash, risk }: ExaminedProgram,
  { scope: { run, parts: { approvals } }, tools, skills, privacy }: {
    scope: ProgramScope;
    tools: readonly JudgedTool[];
    skills: readonly ShownSkill[];
    privacy: RunPrivacy;
  },
): RunGate {
  const { runId, principal, session, code, request: { approve } } = run;
  return new RunGate({
    ...{ runId, principal, code, approve, approvals, programHash, risk, skills },
    ...(session !== undefined && { session }),
    tools: tools.map(reachableTool),
    mask: (text) => privacy.maskOutbound(text),
  });
}
