import { AirlockError } from "../../errors.ts";
import type { ReachableTool, ShownSkill } from "../../policy/approvals/approval.ts";
import { RunGate } from "../../policy/approvals/run_gate.ts";
import { refuseRisk } from "../../policy/refuse_risk.ts";
import type { Risk } from "../../policy/risk.ts";
import type { DoorLease } from "../../privacy/doors.ts";
import type { RunDoor } from "../../privacy/run_door.ts";
import { syntaxErrorOf } from "../../program/explain_syntax_error.ts";
import { linkProgram } from "../../program/link_program.ts";
import { type Program, readProgram } from "../../program/read_program.ts";
import type { Skills } from "../../program/wrappers.ts";
import type { Ending } from "../../result/ending.ts";
import type { FolderWatch } from "../../sandbox/watch_folders.ts";
import type { BegunRun } from "./begin_run.ts";
import type { RunServices } from "./run_services.ts";
import type { AdmittedProgram } from "./serve_program.ts";
import { writeDownRun } from "../durable/write_down_run.ts";

/** A program that may not run, or not yet. */
export interface RefusedProgram {
  readonly refused: Extract<Ending, { kind: "refused" | "waiting" }>;
}

/** What a program is admitted with. */
export interface AdmitServices extends RunServices {
  readonly folders: FolderWatch;
  /** What must be there before anything is written down. */
  readonly opening: Promise<DoorLease>;
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
    const { program, risk, checked, deprecated, skillTexts } = await readAndAssess(run, services);
    const warnings = [...await checked, ...deprecated];
    const linked = { ...await linkProgram(program, services.parts), warnings };
    const { door } = await services.opening;
    writeDownRun(run, { programHash: program.hash, store });
    const isTrial = services.trials.has(run.request);
    const tools = isTrial ? [] : await services.judge.describe(program.capabilities);
    const gate = gateOf(run, {
      ...{ programHash: program.hash, risk, tools, door, services },
      skills: skillsOf(program).map((name) => ({ name, code: skillTexts.get(name) ?? "" })),
    });
    // A trial can call nothing that a person would have to decide about.
    const verdict = isTrial ? undefined : await gate.judgeProgram();
    if (verdict?.kind === "refused") throw verdict.error;
    if (verdict?.kind === "waiting") {
      return { refused: { kind: "waiting", approvals: [verdict.approvalId] } };
    }
    return { ...program, ...linked, risk, tools, gate, skills: skillsOf(program) };
  } catch (cause) {
    // A door that does not open is nothing that a program is refused for.
    await services.opening;
    // Whoever walks its tree may run out of stack.
    const error = cause instanceof RangeError ? syntaxErrorOf(cause) : cause;
    if (!(error instanceof AirlockError) || error.code === "BUSY") throw error;
    writeDownRun(run, { programHash: undefined, store });
    return { refused: { kind: "refused", error } };
  }
}

/** The compiler checks the types, in a process of its own, while the risk is told here. */
async function readAndAssess(run: BegunRun, { config, parts, judge, ...services }: RunServices) {
  const { stripper, wrappers, typeChecker } = parts;
  const view = services.trials.get(run.request) ?? parts.skills.view(run.caller.name);
  const skillTexts = new Map<string, string>();
  const skills = keepingTexts(view, skillTexts);
  const program = await run.trace.stage(
    "program",
    () => readProgram(run.code, { stripper, wrappers, skills }),
  );
  const checked = services.track(
    run.trace.stage("typecheck", () => typeChecker.check(run.code, program, skills)),
  );
  // Whoever is refused for another reason first does not wait for it.
  checked.catch(() => {});
  const risk = await run.trace.stage("risk", () => judge.assess(program, skills));
  // Which files it names is for the person who decides, and masked for that one.
  const { files: _files, ...told } = risk;
  run.assessed(told);
  await judge.check(program.capabilities, {
    permission: run.permission,
    action: "Cannot run program",
  });
  refuseRisk(risk, config.policy.risk);
  const deprecated = skillsOf(program).filter((name) => skills.isDeprecated?.(name))
    .map((name) => `The skill "${name}" is deprecated: find another by search_skills`);
  return { program, risk, checked, deprecated, skillTexts };
}

/** Skills whose texts are kept as they are read: who approves a program sees those and no others. */
function keepingTexts(skills: Skills, texts: Map<string, string>): Skills {
  return {
    async read(name) {
      const text = await skills.read(name);
      if (text !== undefined) texts.set(name, text);
      return text;
    },
    names: () => skills.names(),
    ...(skills.stateOf && { stateOf: (name) => skills.stateOf!(name) }),
    ...(skills.isDeprecated && { isDeprecated: (name) => skills.isDeprecated!(name) }),
  };
}

function gateOf(
  { runId, principal, session, code, request: { approve } }: BegunRun,
  { services: { parts: { approvals } }, door, ...program }: {
    programHash: string;
    risk: Risk;
    tools: readonly ReachableTool[];
    skills: readonly ShownSkill[];
    door: RunDoor;
    services: RunServices;
  },
): RunGate {
  const say = (text: string) => door.sayNow(text);
  const sayLong = (text: string) => door.say(text);
  const whose = { runId, principal, ...(session !== undefined && { session }) };
  return new RunGate({ ...whose, ...program, code, say, sayLong, approvals, approve });
}

/** The skills that a program imports, and those that they import. */
function skillsOf({ modules }: Program): string[] {
  return modules.flatMap(({ skill }) => skill === undefined ? [] : [skill]);
}
