import type { Capability } from "../model/tool.ts";
import type { Skills, SkillState, Wrapper, Wrappers } from "./wrappers.ts";
import type { RiskPolicy } from "../config/policy.ts";
import type { Position } from "../model/errors.ts";
import type { Risk } from "../model/risk.ts";
import type { LinkedProgram, MisnamedTool, Program, SingleCall } from "./program.ts";
import type { Stripper } from "./strip_types.ts";

interface ExamineLookupsOptions<Tool> {
  readonly wrappers: Omit<Wrappers, "textOf">;
  /** Those that the program's author may use. */
  readonly skills: Skills;
  tools(capabilities: readonly Capability[]): Promise<readonly Tool[]>;
  /** Called with what a type check needs. Default: no call. */
  read?(program: ReadText): Promise<void>;
}

/** Answers what an examination asks, from what the host has. */
export function examineLookups<Tool>(
  { wrappers, skills, tools, read }: ExamineLookupsOptions<Tool>,
): ExamineLookups<Tool> {
  return {
    folders: () => Promise.resolve(wrappers.folders()),
    inFolder: (folder) => wrappers.inFolder(folder),
    ofServer: (server) => wrappers.ofServer(server),
    moduleUrl: (wrapper) => wrappers.moduleUrl(wrapper),
    async skill(name) {
      const text = await skills.read(name);
      return text === undefined ? undefined : { text, state: skills.stateOf?.(name) };
    },
    skillNames: () => skills.names(),
    tools,
    read: async (program) => await read?.(program),
  };
}

/** What is to be examined: data, so that it can go to another process. */
export interface ExamineInput {
  readonly code: string;
  /** URL of the guest's folder, with a slash at its end; absent where nothing is to be linked. */
  readonly guestUrl?: string | undefined;
  readonly policy: RiskPolicy;
}

/** What an examination asks while it goes on; `Tool` is what the judge of effects says of a tool. */
export interface ExamineLookups<Tool> {
  /** The folders under `servers/`. */
  folders(): Promise<readonly string[]>;
  /** The wrappers of one folder; undefined where no server has it. */
  inFolder(folder: string): Promise<readonly Wrapper[] | undefined>;
  /** The same by the server's name in the configuration. */
  ofServer(server: string): Promise<readonly Wrapper[] | undefined>;
  /** URL of a wrapper's JavaScript, as a worker may import it. */
  moduleUrl(wrapper: Wrapper): Promise<string>;
  /** A skill that the program's author may use; undefined where there is none of that name. */
  skill(name: string): Promise<FoundSkill | undefined>;
  /** The names of all skills that the author may use. */
  skillNames(): Promise<readonly string[]>;
  /** What the tools are; one that nothing is known of included. */
  tools(capabilities: readonly Capability[]): Promise<readonly Tool[]>;
  /** Hears what is needed to check types, before the rest is done; what it throws ends all. */
  read(program: ReadText): Promise<void>;
}

/** A skill's module. */
interface FoundSkill {
  readonly text: string;
  /** Undefined where no account of it is kept. */
  readonly state?: SkillState | undefined;
}

/** What is known of a program as soon as it is read. */
export interface ReadText {
  readonly capabilities: readonly Capability[];
  /** The program's text as the type checker reads it, of the same length. */
  readonly checkedText: string;
  readonly misnamed: readonly MisnamedTool[];
  /** The wrappers that it imports. */
  readonly wrappers: readonly Wrapper[];
  /** The skills that it imports, and those that they import. */
  readonly skills: readonly string[];
  /** Where its top level returns first; undefined where it does not. */
  readonly returnsAt?: Position | undefined;
  /** Why nothing of it runs, as far as that can be seen. */
  readonly silentEnd?: string | undefined;
}

/** All that the host learns of a program; no files where nothing was to be linked. */
export interface ExaminedProgram extends ReadText, LinkedProgram {
  /** SHA-256 of all its modules' text, in hexadecimal. */
  readonly hash: string;
  /** What its modules import, as they write it, each once. */
  readonly specifiers: readonly string[];
  readonly risk: Risk;
  /** The one call that the program is; undefined where it is anything else. */
  readonly singleCall?: SingleCall | undefined;
}

/** What an examination is done with, in the process that does it. */
export interface ExamineParts<Tool> {
  readonly stripper: Stripper;
  assess(program: Program, options: AssessOptions<Tool>): Risk;
}

/** What the risk of a program is assessed by. */
interface AssessOptions<Tool> {
  readonly policy: RiskPolicy;
  readonly tools: readonly Tool[];
  readonly skillState: (name: string) => SkillState | undefined;
}
