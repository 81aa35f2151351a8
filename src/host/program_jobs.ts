import { assessRisk } from "../policy/risk/assess_risk.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import { asModule } from "../program/as_module.ts";
import { examineProgram } from "../program/examine_program.ts";
import type { ExamineInput, ExamineLookups } from "../program/examination.ts";
import { linkWrapper, type LinkWrapperInput } from "../program/link_wrapper.ts";
import { STRIPS_HERE } from "../program/strip_types.ts";
import type { Ask, Jobs } from "../work/serve_jobs.ts";

/** What is done to programs' texts. */
export const PROGRAM_JOBS: Jobs = {
  examine: (input, ask) =>
    examineProgram(input as ExamineInput, askingLookups(ask), {
      stripper: STRIPS_HERE,
      assess: assessRisk,
    }),
  as_module: (code) => asModule(code as string, STRIPS_HERE),
  link_wrapper: (input) => linkWrapper(input as LinkWrapperInput, STRIPS_HERE),
};

/** The host answers. */
function askingLookups(ask: Ask): ExamineLookups<JudgedTool> {
  const asked = (name: keyof ExamineLookups<JudgedTool>) => async (...args: unknown[]) =>
    await ask(name, ...args) as never;
  return {
    folders: asked("folders"),
    inFolder: asked("inFolder"),
    ofServer: asked("ofServer"),
    moduleUrl: asked("moduleUrl"),
    skill: asked("skill"),
    skillNames: asked("skillNames"),
    tools: asked("tools"),
    read: asked("read"),
  };
}
