import { AirlockError } from "../errors.ts";

const USAGE_EXIT_CODE = 2;

/** Says on stderr why a command could not begin, or how it is used; gives its exit code. */
export function exitWithUsage(error: unknown, usage: string): number {
  if (!(error instanceof AirlockError)) throw error;
  if (error.code === "USAGE" && Deno.args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  console.error(`error: ${error.message}`);
  if (error.hint !== undefined) console.error(error.hint);
  if (error.code === "USAGE") console.error(usage);
  return USAGE_EXIT_CODE;
}
