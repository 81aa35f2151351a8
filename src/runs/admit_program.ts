import { AirlockError } from "../model/errors.ts";
import type { ShownSkill } from "../model/approval.ts";
import { reachableTool } from "../policy/approvals/reachable_tool.ts";
import { RunGate } from "../policy/approvals/run_gate.ts";
import { refuseRisk } from "../policy/refuse_risk.ts";
import type { Risk } from "../model/risk.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import { examineLookups } from "../program/examine_lookups.ts";
import type { ExaminedProgram, ReadText } from "../program/examine_program.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { PrivacyLease } from "../privacy/privacy_service.ts";
import type { Ending } from "../result/outcome_of.ts";
import type { FolderWatch } from "../sandbox/watch_folders.ts";
import type { BegunRun } from "./begin_run.ts";
import type { RunServices } from "./run_services.ts";
import type { AdmittedProgram } from "./serve_program.ts";
import { writeDownRun } from "./write_down_run.ts";

/** A program that may not run, or not yet. */
export interface RefusedProgram {
  readonly refused: Extract<Ending, { kind: "refused" | "waiting" }>;
}

/** What a program is admitted with. */
export interface AdmitServices extends RunServices {
  readonly folders: FolderWatch;
  /** What must be there before anything is written down. */
  readonly opening: Promise<PrivacyLease>;
}

/** May a program run, and as what? It is written down, whatever the answer is. */
export async function admitProgram(
  run: BegunRun,
  services: AdmitServices,
): Promise<AdmittedProgram | RefusedProgram> {
  const { store } = services.parts;
  try {
    if (run.refusal !== undefined) throw run.refusal;
    await services.folders.begin();
    const { program, checked, deprecated, skills } = await examine(run, services);
    const { risk } = program;
    const warnings = [...await checked, ...deprecated, ...silentEnd(program)];
    const { privacy } = await services.opening;
    writeDownRun(run, { programHash: program.hash, store });
    const isTrial = services.trials.has(run.request);
    const tools = isTrial ? [] : await services.judge.describe(program.capabilities);
    const gate = gateOf(run, { programHash: program.hash, risk, tools, skills, privacy, services });
    // A trial can call nothing that a person would have to decide about.
    const verdict = isTrial ? undefined : await gate.judgeProgram();
    if (verdict?.kind === "refused") throw verdict.error;
    if (verdict?.kind === "waiting") {
      return { refused: { kind: "waiting", approvals: [verdict.approvalId] } };
    }
    return { ...program, warnings, tools, gate };
  } catch (error) {
    // A door that does not open is nothing that a program is refused for.
    await services.opening;
    if (!(error instanceof AirlockError) || error.code === "BUSY") throw error;
    writeDownRun(run, { programHash: undefined, store });
    return { refused: { kind: "refused", error } };
  }
}

/** The compiler checks the types, in a process of its own, while the rest goes on. */
async function examine(run: BegunRun, services: RunServices) {
  const { config, parts, judge, trials, track } = services;
  const skills = trials.get(run.request) ?? parts.skills.view(run.caller.name);
  let checked: Promise<readonly string[]> = Promise.resolve([]);
  const program = await examineInStages(run, services, {
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
  // Which files it names is for the person who decides, and masked for that one.
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
  { code, principal, signal, trace }: BegunRun,
  { config, parts: { examiner, wrappers, guestUrl }, judge }: RunServices,
  { skills, onRead }: { skills: Skills; onRead: (read: ReadText) => void },
): Promise<ExaminedProgram> {
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
  { runId, principal, session, code, request: { approve } }: BegunRun,
  { services: { parts: { approvals } }, privacy, tools, ...program }: {
    programHash: string;
    risk: Risk;
    tools: readonly JudgedTool[];
    skills: readonly ShownSkill[];
    privacy: RunPrivacy;
    services: RunServices;
  },
): RunGate {
  const mask = (text: string) => privacy.maskNow(text);
  const maskLong = (text: string) => privacy.maskOutbound(text);
  const whose = { runId, principal, ...(session !== undefined && { session }) };
  return new RunGate({
    ...whose,
    ...program,
    tools: tools.map(reachableTool),
    ...{ code, mask, maskLong, approvals, approve },
  });
}
