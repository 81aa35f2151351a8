import { createHash } from "node:crypto";
import { recursive } from "acorn-walk";
import type { RiskPolicy } from "../config/risk_policy.ts";
import { AirlockError } from "../errors.ts";
import { refuseRisk } from "../policy/refuse_risk.ts";
import { assessRisk } from "../policy/risk/assess_risk.ts";
import { lenientTypes } from "../policy/typecheck/lenient_types.ts";
import { type Program, readProgram } from "../program/read_program.ts";
import { positionOf } from "../program/parse_module.ts";
import type { Skills } from "../program/wrappers.ts";
import type { RuntimeParts } from "./start/runtime_parts.ts";
import type { CheckedSkill } from "../skills/skill_checks.ts";

/** What a skill is checked with: what programs are. */
export interface SkillCheckOptions
  extends Pick<RuntimeParts, "stripper" | "wrappers" | "typeChecker" | "catalogue"> {
  readonly policy: RiskPolicy;
}

/**
 * Checks a module that is to be a skill as a program is checked: its imports and those of the skills
 * that it uses, its types, what it may call and how dangerous that is.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX, IMPORT_REFUSED, TYPE_ERROR, RISK_TOO_HIGH
 */
export async function checkSkill(
  code: string,
  skills: Skills,
  options: SkillCheckOptions,
): Promise<CheckedSkill> {
  const { stripper, wrappers, typeChecker, catalogue, policy } = options;
  const program = await readProgram(code, { stripper, wrappers, skills });
  refuseReturn(program);
  await typeChecker.check(code, program, skills);
  const judged = await catalogue.judged(program.capabilities);
  const risk = assessRisk(program, { policy, tools: judged });
  refuseRisk(risk, { ...policy, action: "Cannot save skill" });
  const tools = program.capabilities.map(({ server, tool }) => `${server}/${tool}`).sort();
  const imported = program.modules.flatMap(({ skill }) => skill === undefined ? [] : [skill]);
  return { tools, skills: imported.sort(), risk: risk.level };
}

/** A program may return at its top level; a module cannot. */
function refuseReturn({ modules: [own] }: Program): void {
  recursive(own!.tree, undefined, {
    Function() {},
    ReturnStatement(node) {
      throw new AirlockError("PROGRAM_SYNTAX", "Cannot save skill: a module does not return", {
        position: positionOf(node, own!),
        hint: "Export a function that returns it",
      });
    },
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
    return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
  } catch (error) {
    if (error instanceof AirlockError) return undefined;
    throw error;
  }
}
