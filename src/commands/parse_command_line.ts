import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { AirlockError } from "../model/errors.ts";

/** Options of {@linkcode parseCommandLine}. */
export interface ParseCommandLineOptions<T extends ParseArgsOptionsConfig> {
  readonly options: T;
  /** How many words must stand beside the options. */
  readonly positionals: number | "any";
}

/**
 * Parses the words of a command.
 *
 * @throws {AirlockError} USAGE
 */
export function parseCommandLine<const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  { options, positionals: expected }: ParseCommandLineOptions<T>,
): ParsedCommandLine<T> {
  const parsed = parse(args, options);
  if (expected !== "any" && parsed.positionals.length !== expected) {
    throw new AirlockError(
      "USAGE",
      `Cannot read command: expected ${expected} argument(s), found ${parsed.positionals.length}`,
    );
  }
  return parsed;
}

/** What {@linkcode parseCommandLine} gives. */
export type ParsedCommandLine<T extends ParseArgsOptionsConfig> = ReturnType<typeof parse<T>>;

function parse<const T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AirlockError("USAGE", `Cannot read command: ${message}`, { cause });
  }
}
