/**
 * `deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--config FILE]`
 *
 * @module
 */
import { parseCommandLine } from "./cli/parse_command_line.ts";
import { exitWithUsage } from "./cli/exit_with_usage.ts";
import { findConfig } from "./cli/find_config.ts";
import { readProgramFile } from "./cli/read_program_file.ts";
import { showRun } from "./cli/show_run.ts";
import { createRuntime } from "./runtime.ts";

const USAGE =
  "Usage: deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--config FILE]";

if (import.meta.main) {
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [file], values } = parseCommandLine(args, {
    positionals: 1,
    options: {
      session: { type: "string" },
      json: { type: "boolean" },
      "timeout-ms": { type: "string" },
      config: { type: "string" },
    },
  });
  const config = await findConfig(values.config);
  const code = await readProgramFile(file!);
  // One run has nobody to wait for.
  const pool = { idleWorkers: 0, idleSessions: 0 };
  await using runtime = await createRuntime({ ...config, pool });
  return await showRun(runtime, {
    code,
    json: values.json ?? false,
    ...(values.session === undefined ? {} : { session: values.session }),
    ...(values["timeout-ms"] === undefined ? {} : { timeoutMs: Number(values["timeout-ms"]) }),
  });
}
