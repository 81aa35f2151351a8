/**
 * `deno task servers <list|accept> [server[/tool]] [--words DIGEST] [--config FILE]`
 *
 * @module
 */
import { acceptTools } from "./accept_tools.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { AirlockError } from "../model/errors.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE =
  "Usage: deno task servers <list|accept> [server[/tool]] [--words DIGEST] [--config FILE]";

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [mode, wanted, ...rest], values } = parseCommandLine(args, {
    positionals: "any",
    options: { config: { type: "string" }, words: { type: "string" } },
  });
  if ((mode !== "list" && mode !== "accept") || rest.length > 0) {
    throw new AirlockError("USAGE", "Cannot read command: expected list or accept, and one name");
  }
  return await acceptTools(await findConfig(values.config), {
    mode,
    wanted,
    words: values.words,
  });
}
