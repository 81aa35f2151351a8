/**
 * `deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--permission LEVEL] [--mode MODE] [--approve always] [--config FILE]`, or
 * `deno task run --resume RUN_ID [--json] [--config FILE]`
 *
 * @module
 */
import { askOnTerminal, openTerminal } from "./ask_on_terminal.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { readProgramFile } from "./read_program_file.ts";
import { showRun } from "./show_run.ts";
import { AirlockError } from "../model/errors.ts";
import { PERMISSION_LEVELS, type PermissionLevel } from "../model/permission.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE =
  "Usage: deno task run <file|-> [--session NAME] [--json] [--timeout-ms N] [--permission LEVEL] [--mode program|auto] [--approve always] [--config FILE]\n" +
  "       deno task run --resume RUN_ID [--json] [--config FILE]";

if (import.meta.main) {
  guardConsole();
  // A question that nobody answers any more keeps the terminal, not the process.
  Deno.exit(await main(Deno.args).catch((error) => exitWithUsage(error, USAGE)));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseCommandLine(args, {
    positionals: "any",
    options: {
      session: { type: "string" },
      json: { type: "boolean" },
      "timeout-ms": { type: "string" },
      permission: { type: "string" },
      mode: { type: "string" },
      approve: { type: "string" },
      config: { type: "string" },
      resume: { type: "string" },
    },
  });
  const { resume, session, json = false } = values;
  if (positionals.length !== (resume === undefined ? 1 : 0)) {
    throw new AirlockError("USAGE", "Cannot read command: expected one program, or --resume");
  }
  const config = await findConfig(values.config);
  const code = resume === undefined ? await readProgramFile(positionals[0]!) : "";
  // One run has nobody to wait for.
  const pool = { idleWorkers: 0, idleSessions: 0 };
  await using runtime = await createRuntime({ ...config, pool });
  const terminal = openTerminal();
  if (terminal !== undefined) askOnTerminal(runtime.approvals, terminal);
  return await showRun(runtime, {
    code,
    json,
    // Without anybody to ask here, the run waits for `deno task approvals`.
    waitMs: terminal === undefined ? 0 : Infinity,
    config: values.config,
    ...(resume !== undefined && { resume }),
    ...(session !== undefined && { session }),
    ...(values["timeout-ms"] !== undefined && { timeoutMs: Number(values["timeout-ms"]) }),
    ...(values.mode === undefined ? {} : { mode: readMode(values.mode) }),
    ...(values.approve === undefined ? {} : { approve: readApprove(values.approve) }),
    ...(values.permission === undefined ? {} : { permission: readPermission(values.permission) }),
  });
}

function readPermission(text: string): PermissionLevel {
  const level = PERMISSION_LEVELS.find((level) => level === text);
  if (level !== undefined) return level;
  const levels = PERMISSION_LEVELS.join(", ");
  throw new AirlockError("USAGE", `Cannot read command: "--permission" must be one of ${levels}`);
}

function readMode(text: string): "program" | "auto" {
  if (text === "program" || text === "auto") return text;
  throw new AirlockError("USAGE", 'Cannot read command: "--mode" must be program or auto');
}

function readApprove(text: string): "always" {
  if (text === "always") return text;
  throw new AirlockError("USAGE", 'Cannot read command: "--approve" must be always');
}
