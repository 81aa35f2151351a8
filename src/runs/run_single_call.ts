import { join } from "@std/path";
import type { RunAudit } from "../audit/audit_trail.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { SingleCall } from "../program/read_single_call.ts";
import { tracePositions } from "../program/source_positions.ts";
import { consoleText, shapeResult } from "../result/shape_result.ts";
import type { Ending } from "../result/outcome_of.ts";
import { createPathHider, createRedactor, type Redactor } from "../result/redactor.ts";
import type { RunResult } from "../model/run_result.ts";
import type { Capability } from "../model/capability.ts";
import { encodeBody } from "../model/frames.ts";
import { refusalOf } from "../calls/refusals.ts";
import { logBytes } from "../calls/serve_run.ts";
import { RunTimer } from "../sandbox/run_timer.ts";
import { openWhenNeeded } from "../workspace/workspace.ts";
import type { BegunRun } from "./begin_run.ts";
import { measureSpared } from "./measure_spared.ts";
import { type OpenCalls, openCalls, verifyReplay } from "./open_calls.ts";
import type { RunServices } from "./run_services.ts";
import type { AdmittedProgram } from "./serve_program.ts";

/** Options of {@linkcode runSingleCall}. */
export interface RunSingleCallOptions extends RunServices {
  readonly run: BegunRun;
  readonly audit: RunAudit;
  readonly privacy: RunPrivacy;
  /** The folder of its session, where it has one. */
  readonly session: string | undefined;
}

/**
 * Makes the one call that an admitted program is, without a worker: through the same gate, journal,
 * door and checks, and with the same result.
 */
export async function runSingleCall(
  program: AdmittedProgram,
  call: SingleCall,
  options: RunSingleCallOptions,
): Promise<RunResult> {
  const { run, privacy, parts, config, session } = options;
  const { servers, workspace } = config.folders;
  const hidePaths = createPathHider({
    room: parts.dir,
    folders: { [servers]: "./servers", [parts.dir]: "airlock" },
    toSource: tracePositions(program.positions),
  });
  const redactor = createRedactor({ privacy, principal: run.principal, hidePaths });
  const made = await run.trace.stage(
    "execute",
    () => make(program, call, { ...options, redactor }),
  );
  return await run.trace.stage("result", () =>
    shapeResult({
      ...run.record(),
      ...made,
      usage: { cpuMs: 0, peakMemoryBytes: 0 },
      attempts: [],
      warnings: program.warnings,
      workspace: openWhenNeeded(session ?? join(workspace, run.runId)),
      hidePaths,
      redactor,
    }));
}

async function make(
  program: AdmittedProgram,
  call: SingleCall,
  { run, audit, privacy, parts, judge, redactor }: RunSingleCallOptions & { redactor: Redactor },
) {
  const { limits: { timeoutMs }, permission, signal } = run;
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<Ending>();
  using timer = new RunTimer({ timeoutMs, onChange() {} });
  timer.expired.then(() => interrupt({ kind: "over_limit", limit: "timeoutMs" }));
  const cancel = () => interrupt({ kind: "cancelled" });
  signal.addEventListener("abort", cancel);
  if (signal.aborted) cancel();
  const checkTool = (tool: Capability) =>
    judge.check([tool], { permission, action: "Cannot call tool" });
  using calls = openCalls(program, { run, parts, checkTool, audit, privacy, timer, interrupt });
  const spared = measureSpared(run, parts.catalogue);
  try {
    const first = await Promise.race([interrupted, answer(call, { calls, run, redactor })]);
    // What is on its way to a server now would otherwise be in doubt.
    if (first.kind === "waiting") await calls.recorder.drain();
    const ending = verifyReplay(first, calls.recorder);
    if (ending.kind === "value") audit.gave(ending.json);
    return { ending, spared: await spared(), effects: calls.recorder.effects() };
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

/** Makes the call, and does with the answer what the program does. */
async function answer(
  { server, tool, arguments: given, position, gives }: SingleCall,
  { calls, run, redactor }: { calls: OpenCalls; run: BegunRun; redactor: Redactor },
): Promise<Ending> {
  const args = JSON.parse(JSON.stringify(given));
  const argumentBytes = encodeBody({ server, tool, arguments: args }).length;
  let json: string;
  try {
    const body = await calls.call({ server, tool, arguments: args, argumentBytes });
    json = new TextDecoder().decode(body);
  } catch (error) {
    return thrownAt(position, error);
  }
  if (gives === "value") return { kind: "value", json };
  const line = { level: "info", text: consoleText(JSON.parse(json)) } as const;
  if (logBytes(line) > run.limits.outputBytes) return { kind: "over_limit", limit: "outputBytes" };
  run.log({ ...line, text: await redactor.text(line.text) });
  return { kind: "value", json: "null" };
}

/** As the program would have met it, and not caught it. */
function thrownAt({ line, column }: SingleCall["position"], error: unknown): Ending {
  const { name, code, message } = refusalOf(error);
  const stack = `${name}: ${message}\n    at program.ts:${line}:${column}`;
  return {
    kind: "thrown",
    thrown: { name, code, message, stack },
  };
}
