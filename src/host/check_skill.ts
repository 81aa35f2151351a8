import { sha256 } from "../text/sha256.ts";
import type { RiskPolicy } from "../config/policy.ts";
import { AirlockError } from "../model/errors.ts";
import { OWNER_NAME } from "../model/permission.ts";
import type { RunResult } from "../model/run_result.ts";
import { refuseRisk } from "../policy/check_permission.ts";
import { lenientTypes } from "../policy/typecheck/fixed_files.ts";
import { examineLookups, type ReadText } from "../program/examination.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import type { CheckedSkill, SkillChecks } from "../skills/skill.ts";
import type { RunJournal } from "../storage/run_journal.ts";

/** What a skill is checked with: what programs are. */
interface SkillCheckOptions
  extends Pick<RuntimeParts, "examiner" | "wrappers" | "typeChecker" | "catalogue"> {
  readonly policy: RiskPolicy;
}

/**
 * Checks a module that is to be a skill as a program is checked: its imports and those of the skills
 * that it uses, its types, what it may call and how dangerous that is.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX, IMPORT_REFUSED, TYPE_ERROR, RISK_TOO_HIGH
 */
export async function checkSkill(
  { code, owner: principal }: Parameters<SkillChecks["check"]>[0],
  skills: Skills,
  options: SkillCheckOptions,
): Promise<CheckedSkill> {
  const { examiner, wrappers, typeChecker, catalogue, policy } = options;
  const lookups = examineLookups({
    wrappers,
    // Skills that are used are judged by what they do, whatever state they are in.
    skills: { read: (name) => skills.read(name), names: () => skills.names() },
    tools: (capabilities) => catalogue.judged(capabilities),
    async read(program) {
      refuseReturn(program);
      await typeChecker.check(program, { principal, skills });
    },
  });
  const program = await examiner.examine({ code, policy }, lookups, { principal });
  const { capabilities, risk } = program;
  refuseRisk(risk, { ...policy, action: "Cannot save skill" });
  const tools = capabilities.map(({ server, tool }) => `${server}/${tool}`).sort();
  return { tools, skills: program.skills.toSorted(), risk: risk.level };
}

/** A program may return at its top level; a module cannot. */
function refuseReturn({ returnsAt: position }: ReadText): void {
  if (position === undefined) return;
  throw new AirlockError("PROGRAM_SYNTAX", "Cannot save skill: a module does not return", {
    position,
    hint: "Export a function that returns it",
  });
}

/**
 * What tools promise now, as one hash; undefined where one of them is out of reach. It is that of
 * their wrappers, because that is what a check reads; what was only observed is no promise.
 */
export async function promisesOf(
  tools: readonly string[],
  { catalogue }: Pick<RuntimeParts, "catalogue">,
): Promise<string | undefined> {
  try {
    const texts = await Promise.all(tools.map(async (name) => {
      const at = name.indexOf("/");
      const text = await catalogue.readTool(name.slice(0, at), name.slice(at + 1));
      return text === undefined ? "gone" : lenientTypes(text, "promised");
    }));
    return sha256(JSON.stringify(texts));
  } catch (error) {
    if (error instanceof AirlockError) return undefined;
    throw error;
  }
}

/** Options of {@linkcode moduleOfRun}. */
interface ModuleOfRunOptions extends Pick<RuntimeParts, "examiner"> {
  /** Whose run it must be. */
  readonly owner: string;
  readonly store: RunJournal;
}

/**
 * The program of a run that completed, as a module that others import.
 *
 * @throws {AirlockError} NOT_FOUND where the owner has no such run, REQUEST_INVALID where it did not
 * complete or its program cannot be a module
 */
export async function moduleOfRun(
  runId: string,
  { owner, store, examiner }: ModuleOfRunOptions,
): Promise<string> {
  const run = await store.find(runId);
  if (run === undefined || (run.request.principal ?? OWNER_NAME) !== owner) {
    throw new AirlockError("NOT_FOUND", `Cannot save skill: there is no run "${runId}"`);
  }
  const result = run.state === "finished" ? JSON.parse(run.result!) as RunResult : undefined;
  if (result?.status !== "completed") {
    throw new AirlockError("REQUEST_INVALID", `Cannot save skill: run "${runId}" did not complete`);
  }
  return await examiner.asModule(run.request.code, { principal: owner });
}
