import { assessRisk } from "../policy/risk/assess_risk.ts";
import type { Tool } from "../mcp/tool.ts";
import { asModule } from "../program/as_module.ts";
import {
  type AssessOptions,
  type ExamineInput,
  type ExamineLookups,
  examineProgram,
} from "../program/examine_program.ts";
import { linkWrapper, type LinkWrapperInput } from "../program/link_wrapper.ts";
import type { Program } from "../program/read_program.ts";
import { STRIPS_HERE } from "../program/strip_types.ts";
import type { Capability } from "../rpc/capability.ts";
import type { Ask, Jobs } from "./serve_jobs.ts";

/** A tool, and what its server says of it. */
export interface KnownTool extends Capability {
  /** Undefined where its server is out of reach. */
  readonly definition: Tool | undefined;
}

/** What is done to programs' texts. */
export const PROGRAM_JOBS: Jobs = {
  examine: (input, ask) =>
    examineProgram(input as ExamineInput, askingLookups(ask), {
      stripper: STRIPS_HERE,
      assess: assessKnown,
    }),
  as_module: (code) => asModule(code as string, STRIPS_HERE),
  link_wrapper: (input) => linkWrapper(input as LinkWrapperInput, STRIPS_HERE),
};

/** Assesses a program by what is known of its tools. */
export function assessKnown(program: Program, options: AssessOptions<KnownTool>) {
  const { tools, ...rest } = options;
  const definitions = new Map(tools.map((tool) => [keyOf(tool), tool.definition]));
  return assessRisk(program, { ...rest, findTool: (tool) => definitions.get(keyOf(tool)) });
}

function keyOf({ server, tool }: Capability): string {
  return JSON.stringify([server, tool]);
}

/** The host answers. */
function askingLookups(ask: Ask): ExamineLookups<KnownTool> {
  const asked = (name: keyof ExamineLookups<KnownTool>) => async (...args: unknown[]) =>
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
