import type { Skills } from "../program/wrappers.ts";

/** What the check of a skill comes to. */
export interface CheckedSkill {
  /** The tools that it may call: `server/tool`. */
  readonly tools: readonly string[];
  /** The skills that it imports, and those that they import: `name` or `name@3`. */
  readonly skills: readonly string[];
  readonly risk: string;
}

/** A module that is to be a skill. */
export interface CheckedText {
  readonly code: string;
  /** Whose it is. */
  readonly owner: string;
}

/** What skills are checked with. */
export interface SkillChecks {
  /**
   * Reads and checks a module as programs are checked, with the skills that it may import.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX, IMPORT_REFUSED, TYPE_ERROR
   */
  check(text: CheckedText, skills: Skills): Promise<CheckedSkill>;
  /** What tools promise now, as a hash; undefined where one of them is out of reach. */
  promisesOf(tools: readonly string[]): Promise<string | undefined>;
}
