import { assessRisk } from "../../policy/risk/assess_risk.ts";
import { asModule } from "../../program/as_module.ts";
import {
  type AssessOptions,
  type ExaminedProgram,
  type ExamineInput,
  type ExamineLookups,
  examineProgram,
} from "../../program/examine_program.ts";
import { linkWrapper, type LinkWrapperInput } from "../../program/link_wrapper.ts";
import type { Program } from "../../program/read_program.ts";
import type { Stripper } from "../../program/stripper.ts";
import type { KnownTool } from "./tool_judge.ts";

/** Does what is done to programs' texts before they run. */
export interface ProgramExaminer {
  /** @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, and what lookups throw */
  examine(input: ExamineInput, lookups: ExamineLookups<KnownTool>): Promise<ExaminedProgram>;
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
    examine: (input, lookups) => examineProgram(input, lookups, { stripper, assess }),
    asModule: (code) => asModule(code, stripper),
    linkWrapper: (input) => linkWrapper(input, stripper),
  };
}

function assess(program: Program, { tools, ...options }: AssessOptions<KnownTool>) {
  const definitions = new Map(tools.map((tool) => [keyOf(tool), tool.definition]));
  return assessRisk(program, { ...options, findTool: (tool) => definitions.get(keyOf(tool)) });
}

function keyOf({ server, tool }: { readonly server: string; readonly tool: string }): string {
  return JSON.stringify([server, tool]);
}
