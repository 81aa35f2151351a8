import { parseArgs } from "node:util";
import { exists } from "@std/fs";
import { resolve } from "@std/path";
import { type Config, defaultConfigPath, loadConfig } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { explainFault } from "./explain_fault.ts";
import { guardConsole, safeText } from "./terminal.ts";

/** By name: the placeholder of the option's value, or true for a flag. */
type Options = Readonly<Record<string, string | true>>;

type Values<O extends Options> = {
  readonly [Name in keyof O]?: (O[Name] extends string ? string : boolean) | undefined;
};

/** Receives the words in place of the placeholders, and the options; returns the exit code. */
type Run<O extends Options> = (
  words: readonly string[],
  values: Values<O>,
) => number | Promise<number>;

/** A verb of the command line: its usage, its parser and what it does, in one table. */
interface Command<O extends Options = Options> {
  readonly verb: string;
  /** An option that no form names belongs to all of them. */
  readonly options: O;
  /**
   * By words and options, such as `export RUN [--out]`. Words are literal or, in capitals, placeholders;
   * brackets enclose what may be left out; `…` stands for repetition.
   */
  readonly forms: Readonly<Record<string, Run<O>>>;
}

/** A verb that can be run. */
interface DefinedCommand<O extends Options> extends Command<O> {
  /**
   * Runs the form that the arguments fit; returns the exit code.
   *
   * @throws {AirlockError} USAGE, and what the form throws
   */
  execute(args: readonly string[]): Promise<number>;
}

/** Defines a verb, its options typed. */
export function defineCommand<const O extends Options>(command: Command<O>): DefinedCommand<O> {
  return { ...command, execute: (args) => execute(command, args) };
}

/** Runs a verb as this process; "at once" ends the process although connections are open. */
export async function main<O extends Options>(
  command: DefinedCommand<O>,
  end: "when idle" | "at once" = "when idle",
): Promise<void> {
  guardConsole();
  const code = await command.execute(Deno.args).catch((error) => reportFailure(error, command));
  if (end === "at once") Deno.exit(code);
  Deno.exitCode = code;
}

async function execute<O extends Options>(
  { verb, options, forms }: Command<O>,
  args: readonly string[],
): Promise<number> {
  const { positionals, values } = parse(args, options);
  const fitting = Object.entries(forms).flatMap(([form, run]) => {
    const words = fitWords(form, positionals);
    return words === undefined ? [] : [{ form, words, run }];
  });
  const text = [verb, ...positionals].join(" ");
  if (fitting.length === 0) throw usageError(`"${text}" is none of its forms`);
  const given = Object.keys(values);
  const common = commonOptions({ options, forms });
  const problems = fitting.map(({ form }) => {
    const missing = optionsIn(form.replaceAll(/\[[^\]]*\]/g, "")).find((name) =>
      !given.includes(name)
    );
    if (missing !== undefined) return `"${text}" needs "--${missing}"`;
    const known = [...optionsIn(form), ...common];
    const stray = given.find((name) => !known.includes(name));
    return stray === undefined ? undefined : `"${text}" does not take "--${stray}"`;
  });
  const chosen = fitting[problems.indexOf(undefined)];
  if (chosen === undefined) throw usageError(problems[0]!);
  return await chosen.run(chosen.words, values);
}

function parse<O extends Options>(args: readonly string[], options: O) {
  const types = Object.entries(options).map(([name, form]) =>
    [name, { type: form === true ? "boolean" : "string" }] as const
  );
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(types),
      allowPositionals: true,
      strict: true,
    });
    return { positionals, values: values as Values<O> };
  } catch (cause) {
    throw usageError(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The words in place of a form's placeholders; undefined where they do not fit. */
function fitWords(form: string, given: readonly string[]): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (const token of form.split(" ").filter((token) => token !== "" && !token.includes("--"))) {
    const name = token.replaceAll(/[[\]…]/g, "");
    const taken = given.slice(at, token.includes("…") ? given.length : at + 1);
    if (taken.length === 0 && !token.startsWith("[")) return undefined;
    if (!/^[a-z]+$/.test(name)) words.push(...taken);
    else if (taken.length > 0 && taken[0] !== name) return undefined;
    at += taken.length;
  }
  return at === given.length ? words : undefined;
}

function optionsIn(form: string): string[] {
  return [...form.matchAll(/--([a-z-]+)/g)].map(([, name = ""]) => name);
}

function commonOptions({ options, forms }: Pick<Command, "options"> & { forms: object }): string[] {
  const named = Object.keys(forms).flatMap(optionsIn);
  return Object.keys(options).filter((name) => !named.includes(name));
}

/** The usage of a verb, a line for each form. */
function usageOf({ verb, options, forms }: Pick<Command, "verb" | "options"> & { forms: object }) {
  const show = (name: string) =>
    options[name] === true ? `--${name}` : `--${name} ${options[name]}`;
  const common = commonOptions({ options, forms }).map((name) => ` [${show(name)}]`).join("");
  const lines = Object.keys(forms).map((form) => {
    const shown = form.replaceAll(/--([a-z-]+)/g, (_, name) => show(name));
    return `deno task ${verb} ${shown}`.trimEnd() + common;
  });
  return `Usage: ${lines.join("\n       ")}`;
}

/** Reports on stderr why a verb failed, or prints its usage; returns the exit code. */
function reportFailure<O extends Options>(error: unknown, command: Command<O>): number {
  const isMisused = error instanceof AirlockError && error.code === "USAGE";
  if (isMisused && Deno.args.includes("--help")) {
    console.log(usageOf(command));
    return 0;
  }
  const { code, message, hint } = explainFault(error);
  console.error(`error ${code}: ${safeText(message)}`);
  if (hint !== undefined) console.error(safeText(hint));
  if (isMisused) console.error(usageOf(command));
  return 2;
}

/** Makes the error of a command line that cannot be read. */
export function usageError(problem: string, cause?: unknown): AirlockError {
  return new AirlockError("USAGE", `Cannot read command: ${problem}`, { cause });
}

/** Reads an option with a fixed set of values. */
export function readChoice<T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  const choice = choices.find((choice) => choice === text);
  if (text === undefined || choice !== undefined) return choice;
  throw usageError(`"${name}" (${text}) is none of ${choices.join(", ")}`);
}

/** Reads a whole number in a range. */
export function readWhole(
  name: string,
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw usageError(`"${name}" (${text}) is not a whole number from ${least} to ${most}`);
}

/** Reads the reason that a person gives to see values, which is logged. */
export function readReason(reason: string | undefined): string {
  const text = reason?.trim() ?? "";
  if (text !== "") return text;
  throw usageError('"--reason" is empty: it says why values are shown, and is logged');
}

/** The folder that the command was given in; `deno task` itself moves to that of `deno.json`. */
export function startFolder(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

/**
 * Reads the named configuration; else `airlock.json` of the current folder; else the one that
 * Airlock ships.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function findConfig(named: string | undefined): Promise<Config> {
  if (named !== undefined) return await loadConfig(resolve(startFolder(), named));
  const own = resolve(startFolder(), "airlock.json");
  return await loadConfig(await exists(own) ? own : defaultConfigPath());
}

/** The named configuration for a command that runs once: without idle workers. */
export async function findConfigForOnce(named: string | undefined): Promise<Config> {
  return { ...await findConfig(named), pool: { idleWorkers: 0, idleSessions: 0 } };
}

/** Reads a program from a file, or from standard input where the name is `-`. */
export async function readProgramFile(file: string): Promise<string> {
  if (file === "-") return await new Response(Deno.stdin.readable).text();
  try {
    return await Deno.readTextFile(resolve(startFolder(), file));
  } catch (cause) {
    throw new AirlockError("USAGE", `Cannot read program: "${file}" cannot be opened`, { cause });
  }
}
