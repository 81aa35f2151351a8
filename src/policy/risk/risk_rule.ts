import type { Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import type { SkillState } from "../../program/wrappers.ts";
import type { RiskLevel } from "../../model/risk.ts";
import type { ProgramFacts } from "./program_facts.ts";

/** One rule: what a program does that adds to its risk. */
export interface RiskRule {
  readonly level: RiskLevel;
  /** What the program does, as a sentence without its end. */
  readonly sentence: string;
  /** What would lower the risk. */
  readonly lowers: string;
  find(facts: RiskFacts): readonly Match[];
}

/** All that rules can ask for. */
export interface RiskFacts extends ProgramFacts {
  /** What is so of each skill that the program uses, where it is known. */
  readonly skills: ReadonlyMap<string, SkillState>;
  /** More ways through one function than this are too many to be reviewed. */
  readonly maxComplexity: number;
}

/** One place that a rule has found. */
export interface Match {
  readonly module?: ProgramModule | undefined;
  readonly node?: Node | undefined;
  /** What it is about. */
  readonly detail: string;
  /** Where it differs from the rule's. */
  readonly level?: RiskLevel;
}
