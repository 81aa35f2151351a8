import { AirlockError } from "../model/errors.ts";
import { explainFault } from "./explain_fault.ts";
import { safeText } from "./safe_text.ts";

const EXIT_CODE = 2;

/** Says on stderr why a command could not begin, or how it is used; gives its exit code. */
export function exitWithUsage(error: unknown, usage: string): number {
  const isMisused = error instanceof AirlockError && error.code === "USAGE";
  if (isMisused && Deno.args.includes("--help")) {
    console.log(usage);
    return 0;
  }
  const { code, message, hint } = explainFault(error);
  console.error(`error ${code}: ${safeText(message)}`);
  if (hint !== undefined) console.error(safeText(hint));
  if (isMisused) console.error(usage);
  return EXIT_CODE;
}
