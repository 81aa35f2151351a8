import { AirlockError } from "../../model/errors.ts";
import type { Reaper } from "../../process/start_reaper.ts";
import { lineStarts } from "../../program/text_edits.ts";
import type { ReadText } from "../../program/examination.ts";
import type { Skills, Wrappers } from "../../program/wrappers.ts";
import { type Checked, CompilerLanes, type LaneCheck } from "./compiler_lanes.ts";
import {
  type Compiler,
  type CompilerProcess,
  type Diagnostic,
  findCompiler,
  startCompiler,
} from "./compiler_process.ts";
import { explainDiagnostics, leniencyFor } from "./diagnostics.ts";
import { NO_SKILLS, ProgramFiles } from "./program_files.ts";

/** What becomes of what the check finds. */
type CheckMode = "error" | "warn" | "off";

/** What is read of a program before its types are checked. */
type CheckedProgram = Pick<ReadText, "checkedText" | "misnamed" | "wrappers" | "skills">;

/** Checks programs against the types of what they import. */
export interface TypeChecker extends AsyncDisposable {
  /**
   * Gives warnings, each one line.
   *
   * @throws {AirlockError} TYPE_ERROR in the mode `error`, for a mistake, and for a program that
   * takes longer to check than it may; BUSY where too many of its author's wait
   */
  check(program: CheckedProgram, options?: CheckOptions): Promise<readonly string[]>;
}

interface CheckOptions {
  /** Whose program it is: one's check never stands before another's. */
  readonly principal?: string;
  /** Skills that its author may use. Default: none. */
  readonly skills?: Skills;
}

interface CreateTypeCheckerOptions {
  readonly mode: CheckMode;
  /** Longest check of one program, in CPU time. */
  readonly timeoutMs: number;
  readonly wrappers: Wrappers;
  readonly reaper: Reaper;
  /** The path of `prlimit`, where the machine has it. */
  readonly prlimit?: string | undefined;
  /** Hears what a principal's checks took. */
  onCpu?(principal: string, ms: number): void;
}

/** Makes the checker. Its compiler is started at once and started anew when it dies. */
export function createTypeChecker(options: CreateTypeCheckerOptions): TypeChecker {
  if (options.mode === "off") {
    return { check: () => Promise.resolve([]), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const checker = new CompilerChecker(options);
  checker.warm();
  return checker;
}

const NOT_OF_THE_COMPILER = 0;

class CompilerChecker implements TypeChecker {
  readonly #options: CreateTypeCheckerOptions;
  readonly #compilers = new Set<CompilerProcess>();
  #found: ReturnType<typeof findCompiler> | undefined;
  readonly #lanes: CompilerLanes;
  readonly #starting = new Set<Promise<unknown>>();
  #isOver = false;

  constructor(options: CreateTypeCheckerOptions) {
    this.#options = options;
    const { timeoutMs, onCpu } = options;
    this.#lanes = new CompilerLanes({
      timeoutMs,
      start: () => this.#track(this.#start()),
      ...(onCpu && { onCpu }),
    });
  }

  /** Has the compiler ready before the first program comes. */
  warm(): void {
    this.#lanes.warm();
  }

  async check(
    program: CheckedProgram,
    { principal = "", skills: library = NO_SKILLS }: CheckOptions = {},
  ): Promise<readonly string[]> {
    const { checkedText: text, wrappers, skills } = program;
    const input = { text, used: { wrappers, skills, library } };
    const observed = await this.#mistakes({ principal, input: { ...input, reading: "observed" } });
    if (observed.kind !== "checked") return this.#unchecked(observed);
    const misnamed = misnamedBy(program);
    if (observed.diagnostics.length + misnamed.length === 0) return [];
    // What only observed types object to was never promised, and so is no mistake.
    const promised = observed.files.hasObserved
      ? await this.#mistakes({ principal, input: { ...input, reading: "promised" } })
      : observed;
    if (promised.kind !== "checked") return this.#unchecked(promised);
    const mistakes = [...promised.diagnostics, ...misnamed];
    const isMistaken = mistakes.length > 0;
    const { files } = observed;
    const diagnostics = isMistaken ? mistakes : observed.diagnostics;
    const fieldsOf = (type: string) => files.fieldsOf(type);
    const { lines, position, count } = await explainDiagnostics(diagnostics, { text, fieldsOf });
    if (!isMistaken) return lines;
    if (this.#options.mode === "warn") return lines;
    const errors = count === 1 ? "a type error" : `${count} type errors`;
    throw new AirlockError(
      "TYPE_ERROR",
      `Cannot run program: it has ${errors}, and nothing was called\n${lines.join("\n")}`,
      { position },
    );
  }

  /** A program that cannot be checked is not let pass; a machine that cannot check is. */
  #unchecked(checked: Exclude<Checked, { kind: "checked" }>): string[] {
    if (checked.kind === "no_compiler") return [`Types were not checked: ${checked.reason}`];
    const { mode, timeoutMs } = this.#options;
    const message = `its types take more than ${timeoutMs} ms, or too much memory, to check`;
    if (mode === "warn") return [`Types were not checked: ${message}`];
    throw new AirlockError("TYPE_ERROR", `Cannot run program: ${message}`, {
      hint: "Use simpler types: programs need few of their own",
    });
  }

  async #mistakes(check: LaneCheck): Promise<Checked> {
    const checked = await this.#lanes.check(check);
    if (checked.kind !== "checked") return checked;
    const { text } = check.input;
    const isMistake = (diagnostic: Diagnostic) => leniencyFor({ diagnostic, text }) === undefined;
    return { ...checked, diagnostics: checked.diagnostics.filter(isMistake) };
  }

  async #start(): Promise<CompilerProcess | string> {
    if (this.#isOver) return "the runtime has ended";
    const found = await (this.#found ??= findCompiler());
    if ("reason" in found) return found.reason;
    try {
      const compiler = await this.#startProcess(found);
      if (this.#isOver) compiler.kill();
      return compiler;
    } catch {
      return `the compiler of npm's package typescript@${found.version} does not start`;
    }
  }

  #track<T>(starting: Promise<T>): Promise<T> {
    this.#starting.add(starting);
    const forget = () => void this.#starting.delete(starting);
    starting.then(forget, forget);
    return starting;
  }

  async #startProcess({ path, library }: Compiler): Promise<CompilerProcess> {
    const { wrappers, reaper, prlimit } = this.#options;
    const files = new ProgramFiles({ library, wrappers });
    const compiler = await startCompiler({ path, files, reaper, prlimit });
    this.#compilers.add(compiler);
    void compiler.ended().then(() => this.#compilers.delete(compiler));
    return compiler;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    this.#lanes.close();
    await Promise.allSettled(this.#starting);
    await Promise.all([...this.#compilers].map((compiler) => compiler[Symbol.asyncDispose]()));
  }
}

/** What the compiler cannot know: the names that `callTool` is given are texts to it. */
function misnamedBy({ checkedText, misnamed }: CheckedProgram): Diagnostic[] {
  const starts = lineStarts(checkedText);
  return misnamed.map(({ position, message }) => {
    const pos = (starts[position.line - 1] ?? 0) + position.column - 1;
    return { pos, end: pos, code: NOT_OF_THE_COMPILER, text: message };
  });
}
