/**
 * `deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--permission LEVEL] [--config FILE]`
 *
 * @module
 */
import { parseCommandLine } from "./cli/parse_command_line.ts";
import { exitWithUsage } from "./cli/exit_with_usage.ts";
import { findConfig } from "./cli/find_config.ts";
import { readProgramFile } from "./cli/read_program_file.ts";
import { showRun } from "./cli/show_run.ts";
import { AirlockError } from "./errors.ts";
import { PERMISSION_LEVELS, type PermissionLevel } from "./policy/permission.ts";
import { createRuntime } from "./runtime.ts";

const USAGE =
  "Usage: deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--permission LEVEL] [--config FILE]";

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
      permission: { type: "string" },
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
    ...(values.permission === undefined ? {} : { permission: readPermission(values.permission) }),
    ...(values["timeout-ms"] === undefined ? {} : { timeoutMs: Number(values["timeout-ms"]) }),
  });
}

function readPermission(text: string): PermissionLevel {
  const level = PERMISSION_LEVELS.find((level) => level === text);
  if (level !== undefined) return level;
  const levels = PERMISSION_LEVELS.join(", ");
  throw new AirlockError("USAGE", `Cannot read command: "--permission" must be one of ${levels}`);
}
