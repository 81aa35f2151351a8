/**
 * `deno task generate [server…] [--check] [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { generateWrappers } from "./generate_wrappers.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = "Usage: deno task generate [server…] [--check] [--config FILE]";

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: servers, values } = parseCommandLine(args, {
    positionals: "any",
    options: { check: { type: "boolean" }, config: { type: "string" } },
  });
  const config = await findConfig(values.config);
  return await generateWrappers(config, { servers, check: values.check ?? false });
}
