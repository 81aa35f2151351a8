import { createRuntime } from "../host/create_runtime.ts";
import { PERMISSION_LEVELS } from "../model/permission.ts";
import type { ResumeOptions } from "../model/run_request.ts";
import type { RunResult, RunStatus } from "../model/run_result.ts";
import { whyWaiting } from "../policy/shown/approval_lines.ts";
import type { Runtime } from "../runs/runtime.ts";
import { terminalJson } from "../text/visible_text.ts";
import { askOnTerminal } from "./ask_on_terminal.ts";
import {
  defineCommand,
  findConfigForOnce,
  main,
  readChoice,
  readProgramFile,
} from "./command_line.ts";
import { createProgressLine, openTerminal, safeLines } from "./terminal.ts";

const MODES = ["program", "auto"] as const;

const command = defineCommand({
  verb: "run",
  options: {
    session: "NAME",
    json: true,
    "timeout-ms": "N",
    permission: PERMISSION_LEVELS.join("|"),
    mode: MODES.join("|"),
    approve: "always",
    resume: "RUN_ID",
    config: "FILE",
  },
  forms: {
    async "FILE|- [--session] [--json] [--timeout-ms] [--permission] [--mode] [--approve]"(
      [file = ""],
      values,
    ) {
      const { session, "timeout-ms": timeoutMs } = values;
      const mode = readChoice("--mode", values.mode, MODES);
      const approve = readChoice("--approve", values.approve, ["always"]);
      const permission = readChoice("--permission", values.permission, PERMISSION_LEVELS);
      const request = {
        code: await readProgramFile(file),
        ...(session !== undefined && { session }),
        ...(timeoutMs !== undefined && { timeoutMs: Number(timeoutMs) }),
        ...(mode !== undefined && { mode }),
        ...(approve !== undefined && { approve }),
        ...(permission !== undefined && { permission }),
      };
      return await show(values, (runtime, options) => runtime.run({ ...request, ...options }));
    },
    "--resume [--json]": (_words, values) =>
      show(values, (runtime, options) => runtime.resume(values.resume!, options)),
  },
});

const EXIT_CODES: Readonly<Record<RunStatus, number>> = {
  completed: 0,
  failed: 1,
  over_limit: 1,
  denied: 3,
  timed_out: 124,
  cancelled: 130,
  waiting: 75,
};

/** Runs or resumes a program: log lines to stderr as they come, the value to stdout. */
async function show(
  values: { readonly json?: boolean | undefined; readonly config?: string | undefined },
  run: (runtime: Runtime, options: Omit<ResumeOptions, "asker">) => Promise<RunResult>,
): Promise<number> {
  await using runtime = await createRuntime(await findConfigForOnce(values.config));
  const terminal = openTerminal();
  if (terminal !== undefined) askOnTerminal(runtime.approvals, terminal);
  const cancelling = new AbortController();
  const cancel = () => cancelling.abort();
  Deno.addSignalListener("SIGINT", cancel);
  const progress = createProgressLine();
  try {
    const result = await run(runtime, {
      // Without a terminal, the run waits for `deno task approvals`.
      waitMs: terminal === undefined ? 0 : Infinity,
      onEvent: (event) => progress.show(event),
      signal: cancelling.signal,
    });
    progress.end();
    if (values.json) console.log(terminalJson(result, 2));
    else await showResult(result, { runtime, config: values.config });
    return EXIT_CODES[result.status];
  } finally {
    progress.end();
    Deno.removeSignalListener("SIGINT", cancel);
  }
}

async function showResult(
  result: RunResult,
  { runtime, config }: { readonly runtime: Runtime; readonly config: string | undefined },
): Promise<void> {
  const { runId, value, error, approvals, effects, status, warnings } = result;
  for (const warning of warnings) console.error(safeLines(`warning: ${warning}`));
  if (value !== null) {
    console.log(typeof value === "string" ? safeLines(value) : terminalJson(value, 2));
  }
  if (error === null) return;
  const at = error.line === undefined ? "" : ` at ${error.line}:${error.column}`;
  console.error(safeLines(`error ${error.code}${at}: ${error.message}`));
  if (error.hint !== undefined) console.error(safeLines(error.hint));
  if (status === "waiting") {
    const ending = config === undefined ? "" : ` --config ${config}`;
    const found = await Promise.all(approvals.map((id) => runtime.approvals.find(id)));
    const waiting = found.filter((approval) => approval !== undefined);
    for (const line of whyWaiting(result.risk, waiting)) console.error(safeLines(line));
    for (const id of approvals) console.error(`decide: deno task approvals show ${id}${ending}`);
    console.error(`then:   deno task run --resume ${runId}${ending}`);
  } else if (effects.length > 0) {
    console.error(`${effects.length} call(s) had changed something by then (--json lists them)`);
  }
}

// A question without an answer keeps the terminal, but must not keep the process.
if (import.meta.main) await main(command, "at once");
