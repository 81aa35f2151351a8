import type { RiskPolicy } from "../../config/policy.ts";
import { AirlockError } from "../../model/errors.ts";
import { positionOf } from "../../program/parse_module.ts";
import type { Program } from "../../program/program.ts";
import type { SkillState } from "../../program/wrappers.ts";
import type { Risk, RiskFinding, RiskLevel } from "../../model/risk.ts";
import { fitsTool, type JudgedTool } from "./judge_tool.ts";
import type { ProgramFacts } from "./program_facts.ts";
import { readFacts } from "./read_facts.ts";
import {
  type Match,
  RISK_RULES,
  type RiskFacts,
  type RiskRule,
  type RiskRuleName,
} from "./risk_rules.ts";
import { byLevel, filesOnce, sumUpRisk } from "./sum_up_risk.ts";

interface AssessRiskOptions {
  readonly policy: RiskPolicy;
  /** The tools that the program may call: what `judgeTool` makes of its capabilities. */
  readonly tools: readonly JudgedTool[];
  /** State of a skill; undefined where none is kept. Default: none is kept. */
  readonly skillState?: (name: string) => SkillState | undefined;
}

/** A finding of each rule is worth a look, the hundredth is not. */
const MAX_FINDINGS_OF_A_RULE = 10;
const MAX_DETAIL = 300;

/**
 * Says how much harm a program could do: from its syntax trees and from the tools that it may call,
 * never from its text. What cannot be told is taken for the worse.
 *
 * @example
 * ```ts
 * import { parseConfig } from "../../config/config.ts";
 * import { readProgram } from "../../program/read_program.ts";
 * import { assessRisk } from "./assess_risk.ts";
 *
 * const { policy: { risk: policy } } = await parseConfig({});
 * const nothing = () => Promise.resolve(undefined);
 * const program = await readProgram("return eval('1');", {
 *   stripper: { strip: () => Promise.reject() },
 *   wrappers: { folders: () => [], inFolder: nothing, ofServer: nothing, moduleUrl: () => nothing() as never },
 *   skills: { read: nothing, names: () => Promise.resolve([]) },
 * });
 * const { level } = assessRisk(program, { policy, tools: [] });
 * console.assert(level === "critical");
 * ```
 */
export function assessRisk(program: Program, options: AssessRiskOptions): Risk {
  const { policy, tools } = options;
  let facts: RiskFacts;
  try {
    facts = {
      ...readFacts(program, tools),
      skills: skillsOf(program, options),
      maxComplexity: policy.maxComplexity,
    };
    const found = Object.entries<RiskRule>(RISK_RULES).flatMap(([name, rule]) =>
      findingsOf(name, { rule, facts, policy })
    );
    const configured = configuredFindings(tools, policy);
    const risk = sumUpRisk([...found, ...configured], estimatedWrites(facts));
    return { ...risk, files: filesOnce(facts.files) };
  } catch (error) {
    // Too deep, too large or in circles: what cannot be read to its end is not let off.
    if (!(error instanceof RangeError)) throw error;
    const { level, sentence, lowers } = RISK_RULES.cannot_be_judged;
    return sumUpRisk([{ rule: "cannot_be_judged", level, message: sentence, lowers }], null);
  }
}

/**
 * Refuses a policy that speaks of rules that there are not.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export function checkRiskPolicy({ rules }: RiskPolicy): void {
  const unknown = Object.keys(rules).find((name) => !(name in RISK_RULES));
  if (unknown === undefined) return;
  throw new AirlockError(
    "CONFIG_INVALID",
    `Cannot read config: "policy.risk.rules": there is no rule "${unknown}"`,
    { hint: `There are ${Object.keys(RISK_RULES).join(", ")}` },
  );
}

function skillsOf(
  { modules }: Program,
  { skillState }: AssessRiskOptions,
): RiskFacts["skills"] {
  const states = modules.flatMap(({ skill }): [string, SkillState][] => {
    const state = skill === undefined ? undefined : skillState?.(skill);
    return skill === undefined || state === undefined ? [] : [[skill, state]];
  });
  return new Map(states);
}

interface FindingsOptions {
  readonly rule: RiskRule;
  readonly facts: RiskFacts;
  readonly policy: RiskPolicy;
}

function findingsOf(name: string, { rule, facts, policy }: FindingsOptions): RiskFinding[] {
  const set = policy.rules[name as RiskRuleName];
  if (set === "off") return [];
  const seen = new Set<string>();
  const found = new Map<RiskLevel, RiskFinding[]>();
  for (const match of rule.find(facts)) {
    const level = set ?? match.level ?? rule.level;
    const ofLevel = found.get(level) ?? [];
    found.set(level, ofLevel);
    // The first of each level are the first in the text.
    if (ofLevel.length >= MAX_FINDINGS_OF_A_RULE) continue;
    const finding = {
      rule: name,
      level,
      ...placeOf(match),
      message: `${rule.sentence}: ${match.detail.slice(0, MAX_DETAIL)}`,
      lowers: rule.lowers,
    };
    const key = JSON.stringify([finding.message, finding.line, finding.skill]);
    if (seen.has(key)) continue;
    seen.add(key);
    ofLevel.push(finding);
  }
  return byLevel([...found.values()].flat()).slice(0, MAX_FINDINGS_OF_A_RULE);
}

function placeOf({ module, node }: Match): Pick<RiskFinding, "line" | "skill"> {
  if (module === undefined || node === undefined) return {};
  const { line } = positionOf(node, module);
  return { line, ...(module.skill === undefined ? {} : { skill: module.skill }) };
}

function estimatedWrites({ sites, timesOf }: ProgramFacts): number | null {
  let writes: number | null = 0;
  for (const site of sites) {
    if (site.callee.kind !== "tool" || site.callee.traits.believed === "reads") continue;
    const { times } = timesOf(site);
    if (times === null) return null;
    writes += times;
  }
  return writes;
}

/** What the configuration's own rules find among the tools that a program may call. */
function configuredFindings(
  tools: readonly JudgedTool[],
  { add }: Pick<RiskPolicy, "add">,
): RiskFinding[] {
  return add.flatMap((entry) =>
    tools.values().filter((tool) => {
      const { annotation, data, effect } = entry;
      const says = annotation === undefined || tool.hints[annotation] === true;
      return fitsTool(entry, tool) && says && (data === undefined || data === tool.data) &&
        (effect === undefined || effect === tool.effect);
    }).take(MAX_FINDINGS_OF_A_RULE).map(({ server, tool }) => ({
      rule: "configured",
      level: entry.level,
      message: `${entry.message ?? "The configuration says so"}: ${server}.${tool}`,
      lowers: "Do without the tool, or ask who keeps the configuration",
    })).toArray()
  );
}
