import type { RunEvent, RunRequest } from "../model/run_request.ts";
import type { Runtime } from "../runs/runtime.ts";
import type { RunResult, RunStatus } from "../model/run_result.ts";
import { whyWaiting } from "../policy/shown/approval_lines.ts";
import { terminalJson } from "../text/terminal_json.ts";
import { createProgressLine } from "./progress_line.ts";
import { safeLines } from "./safe_text.ts";

const EXIT_CODES: Readonly<Record<RunStatus, number>> = {
  completed: 0,
  failed: 1,
  over_limit: 1,
  denied: 3,
  timed_out: 124,
  cancelled: 130,
  waiting: 75,
};

/** Options of {@linkcode showRun}. */
export interface ShowRunOptions extends Omit<RunRequest, "onEvent" | "signal"> {
  /** Whether the whole result goes to stdout as JSON, in the place of its value. */
  readonly json: boolean;
  /** A run to go on with, in the place of a new one. */
  readonly resume?: string;
  /** The configuration's file as it was given, for the commands that go on with the run. */
  readonly config?: string | undefined;
}

/** Runs a program for a person: logs to stderr as they come, the value to stdout; gives the exit code. */
export async function showRun(
  runtime: Runtime,
  { json, resume, config, ...request }: ShowRunOptions,
): Promise<number> {
  const cancelling = new AbortController();
  const cancel = () => cancelling.abort();
  Deno.addSignalListener("SIGINT", cancel);
  const progress = createProgressLine();
  try {
    const onEvent = (event: RunEvent) => progress.show(event);
    const { signal } = cancelling;
    const { waitMs } = request;
    const wait = waitMs === undefined ? {} : { waitMs };
    const result = resume === undefined
      ? await runtime.run({ ...request, onEvent, signal })
      : await runtime.resume(resume, { ...wait, onEvent, signal });
    progress.end();
    if (json) console.log(terminalJson(result, 2));
    else show(result, { runtime, ending: config === undefined ? "" : ` --config ${config}` });
    return EXIT_CODES[result.status];
  } finally {
    progress.end();
    Deno.removeSignalListener("SIGINT", cancel);
  }
}

function show(
  result: RunResult,
  { runtime, ending }: { readonly runtime: Runtime; readonly ending: string },
): void {
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
    const waiting = approvals.flatMap((id) => runtime.approvals.find(id) ?? []);
    for (const line of whyWaiting(result.risk, waiting)) console.error(safeLines(line));
    for (const id of approvals) console.error(`decide: deno task approvals show ${id}${ending}`);
    console.error(`then:   deno task run --resume ${runId}${ending}`);
  } else if (effects.length > 0) {
    console.error(`${effects.length} call(s) had changed something by then (--json lists them)`);
  }
}
