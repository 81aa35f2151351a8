/**
 * `deno task search "<query>" [--detail name|description|full] [--limit N] [--offset N] [--server S]
 * [--json] [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { showSearch } from "./show_search.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = 'Usage: deno task search "<query>" [--detail name|description|full] [--limit N] ' +
  "[--offset N] [--server S] [--json] [--config FILE]";

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [query], values } = parseCommandLine(args, {
    positionals: 1,
    options: {
      detail: { type: "string" },
      limit: { type: "string" },
      offset: { type: "string" },
      server: { type: "string" },
      json: { type: "boolean" },
      config: { type: "string" },
    },
  });
  const config = await findConfig(values.config);
  // Nothing runs here.
  const pool = { idleWorkers: 0, idleSessions: 0 };
  await using runtime = await createRuntime({ ...config, pool });
  return await showSearch(runtime, query!, values);
}
