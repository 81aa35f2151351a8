import type { RiskPolicy } from "../config/policy.ts";
import type { Position } from "../model/errors.ts";
import type { Risk } from "../model/risk.ts";
import type { Capability } from "../model/capability.ts";
import { checkedText } from "./checked_text.ts";
import { syntaxErrorOf } from "./explain_syntax_error.ts";
import { findSilentEnd } from "./find_silent_end.ts";
import { type LinkedProgram, linkProgram } from "./link_program.ts";
import { positionOf } from "./parse_module.ts";
import { type MisnamedTool, misnamedTools } from "./named_tools.ts";
import { type Program, readProgram } from "./read_program.ts";
import { readSingleCall, type SingleCall } from "./read_single_call.ts";
import type { Stripper } from "./stripper.ts";
import { withoutFence } from "./without_fence.ts";
import type { SkillState, Wrapper, WrapperLookups } from "./wrappers.ts";

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
export interface FoundSkill {
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
export interface AssessOptions<Tool> {
  readonly policy: RiskPolicy;
  readonly tools: readonly Tool[];
  readonly skillState: (name: string) => SkillState | undefined;
}

/**
 * Does all that is done to a program's text before it may run: it is read with all that it imports,
 * its risk assessed, linked, and what was linked judged again. Syntax trees stay in here: what goes
 * in and out is data, so that a process which can be killed may do it.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, and what lookups throw
 */
export async function examineProgram<Tool>(
  input: ExamineInput,
  lookups: ExamineLookups<Tool>,
  parts: ExamineParts<Tool>,
): Promise<ExaminedProgram> {
  try {
    return await examine(input, lookups, parts);
  } catch (error) {
    // Each step that walks a tree may run out of stack.
    throw error instanceof RangeError ? syntaxErrorOf(error) : error;
  }
}

async function examine<Tool>(
  { code: given, guestUrl, policy }: ExamineInput,
  lookups: ExamineLookups<Tool>,
  { stripper, assess }: ExamineParts<Tool>,
): Promise<ExaminedProgram> {
  const code = withoutFence(given);
  const states = new Map<string, SkillState | undefined>();
  const skills = {
    async read(name: string) {
      const found = await lookups.skill(name);
      states.set(name, found?.state);
      return found?.text;
    },
    names: () => lookups.skillNames(),
  };
  const program = await readProgram(code, { stripper, wrappers: lookups, skills });
  const read = await readText(program, { code, wrappers: lookups });
  await lookups.read(read);
  const tools = await lookups.tools(program.capabilities);
  const risk = assess(program, { policy, tools, skillState: (name) => states.get(name) });
  const linked = guestUrl === undefined
    ? UNLINKED
    : await linkProgram(program, { wrappers: lookups, guestUrl });
  const singleCall = readSingleCall(program);
  const { hash } = program;
  return { ...read, ...linked, hash, specifiers: specifiersOf(program), risk, singleCall };
}

const UNLINKED: LinkedProgram = { files: [], positions: { linesAbove: 0 } };

/** What the host needs first of a program that was read. */
export async function readText(
  { modules, capabilities, wrappers: imported }: Program,
  { code, wrappers }: { readonly code: string; readonly wrappers: WrapperLookups },
): Promise<ReadText> {
  const [own] = modules;
  const [first] = own!.facts.returns;
  return {
    capabilities,
    checkedText: checkedText(code, own!),
    misnamed: await misnamedTools(own!, wrappers),
    wrappers: [...imported.values()].flat(),
    skills: modules.flatMap(({ skill }) => skill === undefined ? [] : [skill]),
    silentEnd: findSilentEnd(own!),
    returnsAt: first && positionOf(first, own!),
  };
}

function specifiersOf({ modules }: Program): string[] {
  const all = modules.flatMap(({ imports }) => imports.map(({ specifier }) => specifier));
  return [...new Set(all)];
}
