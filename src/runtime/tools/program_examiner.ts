import { assessRisk } from "../../policy/risk/assess_risk.ts";
import type { JudgedTool } from "../../policy/risk/judge_tool.ts";
import { asModule } from "../../program/as_module.ts";
import {
  type ExaminedProgram,
  type ExamineInput,
  type ExamineLookups,
  examineProgram,
} from "../../program/examine_program.ts";
import { linkWrapper, type LinkWrapperInput } from "../../program/link_wrapper.ts";
import type { Stripper } from "../../program/stripper.ts";

/** Does what is done to programs' texts before they run. */
export interface ProgramExaminer {
  /** @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, and what lookups throw */
  examine(input: ExamineInput, lookups: ExamineLookups<JudgedTool>): Promise<ExaminedProgram>;
  /**
   * A program as a module that others import.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX or REQUEST_INVALID
   */
  asModule(code: string): Promise<string>;
  /** The JavaScript of a wrapper. */
  linkWrapper(input: LinkWrapperInput): Promise<string>;
}

/** Makes the examiner. */
export function createProgramExaminer(stripper: Stripper): ProgramExaminer {
  return {
    examine: (input, lookups) => examineProgram(input, lookups, { stripper, assess: assessRisk }),
    asModule: (code) => asModule(code, stripper),
    linkWrapper: (input) => linkWrapper(input, stripper),
  };
}
