import { AirlockError } from "../model/errors.ts";
import { assessRisk } from "../policy/risk/assess_risk.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import { examineProgram } from "../program/examine_program.ts";
import type { ExaminedProgram, ExamineInput, ExamineLookups } from "../program/examination.ts";
import { linkWrapper, type LinkWrapperInput } from "../program/link_wrapper.ts";
import { STRIPS_HERE } from "../program/strip_types.ts";
import { hostTurns } from "../work/host_turns.ts";
import { WorkError } from "../work/job.ts";
import type { Lookups, WorkPool } from "../work/work_pool.ts";

/** Does what is done to programs' texts before they run. */
export interface ProgramExaminer {
  /** @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, BUSY, and what lookups throw */
  examine(
    input: ExamineInput,
    lookups: ExamineLookups<JudgedTool>,
    author: Author,
  ): Promise<ExaminedProgram>;
  /**
   * A program as a module that others import.
   *
   * @throws {AirlockError} PROGRAM_SYNTAX or REQUEST_INVALID
   */
  asModule(code: string, author: Author): Promise<string>;
  /** The JavaScript of a wrapper. */
  linkWrapper(input: LinkWrapperInput): Promise<string>;
}

/** Whose text it is. */
interface Author {
  readonly principal: string;
  /** Ends the examination. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@linkcode createProgramExaminer}. */
interface CreateProgramExaminerOptions {
  /** The most CPU time that one text may take. Default: 10,000. */
  readonly budgetMs?: number;
}

/** A program without types that has no more characters is examined in this process. */
const SHORT = 8 * 1024;
/** What examining so many characters may hold the thread. */
const CHARACTERS_A_MS = 1_024;
/** CPU time; the longest program that is allowed takes a part of it. */
const BUDGET_MS = 10_000;
/** A generated wrapper is flat; the native parser's stack ends at thousands of brackets. */
const DEEPEST_WRAPPER = 100;
const LONGEST_WRAPPER = 256 * 1024;
/** Wrappers are the operator's. */
const OPERATOR = "";

/**
 * Makes the examiner. What callers wrote is examined in a process that can be killed, but for short
 * programs in JavaScript alone, which linear parsers in JavaScript read in milliseconds.
 */
export function createProgramExaminer(
  pool: WorkPool,
  { budgetMs = BUDGET_MS }: CreateProgramExaminerOptions = {},
): ProgramExaminer {
  return {
    async examine(input, lookups, author) {
      const here = input.code.length <= SHORT
        ? await examineHere(input, lookups, author)
        : undefined;
      return here ?? await inPool("examine", input, { ...author, lookups }) as ExaminedProgram;
    },
    asModule: async (code, author) => await inPool("as_module", code, author) as string,
    async linkWrapper(input) {
      if (isFlat(input.text)) return await linkWrapper(input, STRIPS_HERE);
      return await inPool("link_wrapper", input, { principal: OPERATOR }) as string;
    },
  };

  async function inPool(
    name: string,
    input: unknown,
    { lookups, ...author }: Author & { lookups?: ExamineLookups<JudgedTool> },
  ): Promise<unknown> {
    const asked = lookups as Lookups | undefined;
    try {
      return await pool.run(name, input, { ...author, budgetMs, lookups: asked });
    } catch (cause) {
      if (!(cause instanceof WorkError)) throw cause;
      const why = cause.reason === "budget"
        ? `it takes more than ${budgetMs / 1000} s`
        : "it is nested too deeply";
      throw new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${why}`, { cause });
    }
  }
}

/** It has types, or imports what may be long. */
class NeedsProcess extends Error {}

const NO_STRIPPER = {
  strip: () => Promise.reject(new NeedsProcess()),
};

/** Undefined where it is no short program without types and skills. */
async function examineHere(
  input: ExamineInput,
  lookups: ExamineLookups<JudgedTool>,
  { principal }: Author,
): Promise<ExaminedProgram | undefined> {
  await hostTurns.afford(principal);
  hostTurns.charge(principal, input.code.length / CHARACTERS_A_MS);
  const skill = () => Promise.reject(new NeedsProcess());
  const parts = { stripper: NO_STRIPPER, assess: assessRisk };
  try {
    return await examineProgram(input, { ...lookups, skill }, parts);
  } catch (error) {
    if (error instanceof NeedsProcess) return undefined;
    throw error;
  }
}

function isFlat(text: string): boolean {
  if (text.length > LONGEST_WRAPPER) return false;
  let depth = 0;
  for (const bracket of text.matchAll(/[([{<]|[)\]}>]/g)) {
    depth += "([{<".includes(bracket[0]) ? 1 : -1;
    if (depth > DEEPEST_WRAPPER) return false;
  }
  return true;
}
