import type { RunAudit } from "../audit/audit_trail.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { Ending } from "../result/outcome_of.ts";
import { CallRecorder } from "../calls/call_recorder.ts";
import type { Capability } from "../model/capability.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import { createCallServer } from "../calls/serve_call.ts";
import { showAllArguments, showArguments } from "../calls/show_arguments.ts";
import type { ServedCall } from "../calls/serve_run.ts";
import type { RunTimer } from "../sandbox/run_timer.ts";
import type { StoredRecord } from "../storage/stored_run.ts";
import type { BegunRun } from "./begin_run.ts";
import { holdWorker } from "./hold_worker.ts";
import type { RuntimeParts } from "./runtime_parts.ts";
import type { AdmittedProgram } from "./serve_program.ts";

/** Options of {@linkcode openCalls}. */
export interface OpenCallsOptions {
  readonly run: BegunRun;
  readonly parts: Pick<RuntimeParts, "store" | "approvals" | "catalogue">;
  /** Refuses a call for what its tool is now; throws what the program is to see. */
  readonly checkTool: (capability: Capability) => Promise<void>;
  /** Where it is written down what happens. */
  readonly audit: RunAudit;
  readonly privacy: RunPrivacy;
  /** Stands still while a person decides. */
  readonly timer: RunTimer;
  /** Ends the run, or lets it wait. */
  readonly interrupt: (ending: Ending) => void;
}

/** The calls of an admitted program, whoever makes them. Disposing of it ends those under way. */
export interface OpenCalls extends Disposable {
  /** Makes one: judged, written down, traced, sampled. */
  call(served: ServedCall): Promise<Uint8Array>;
  readonly recorder: CallRecorder;
  /** What was written down of the run before. */
  readonly record: StoredRecord;
}

/** Opens the way from an admitted program to its tools. */
export function openCalls(program: AdmittedProgram, options: OpenCallsOptions): OpenCalls {
  const { run, parts, checkTool, audit, privacy, timer, interrupt } = options;
  const { store, approvals, catalogue } = parts;
  const { gate, tools } = program;
  const { runId, limits, journal, principal } = run;
  const ended = new AbortController();
  const { signal } = ended;
  const record = run.isResumed ? store.record(runId) : { calls: [], clockReads: [] };
  const { waitSignal } = run.audience;
  const hold = holdWorker({ runId, approvals, timer, waitSignal, signal, interrupt });
  const recorder = new CallRecorder({
    runId,
    principal,
    store,
    record,
    gate: gate.forCalls(hold),
    signal,
    show: (input) => showArguments(input, privacy),
    showAll: (input) => showAllArguments(input, { privacy, principal }),
    halt: (error) => interrupt({ kind: "refused", error }),
  });
  const serveCall = createCallServer({
    ...{ limits, journal, principal, audit, recorder, privacy, checkTool, signal },
    capabilities: tools,
    effectOf: effectsOf(tools),
    upstream: catalogue,
  });
  return {
    recorder,
    record,
    async call(served) {
      const { server, tool } = served;
      // Names that no import has are the program's words.
      const known = tools.find((each) => each.server === server && each.tool === tool);
      const body = await run.trace.call(known, () => serveCall(served));
      run.traffic.sample(body);
      return body;
    },
    [Symbol.dispose]() {
      recorder.close();
      journal.close();
      ended.abort();
    },
  };
}

/** A program that came to another end than it was on its way to has not been run again. */
export function verifyReplay(ending: Ending, recorder: CallRecorder): Ending {
  if (ending.kind !== "value" && ending.kind !== "thrown") return ending;
  const error = recorder.checkEnd();
  return error === undefined ? ending : { kind: "refused", error };
}

function effectsOf(tools: readonly JudgedTool[]): (tool: Capability) => EffectHint {
  const hints = new Map(
    tools.map(({ server, tool, leaves }) => [JSON.stringify([server, tool]), leaves]),
  );
  return ({ server, tool }) => hints.get(JSON.stringify([server, tool])) ?? "each";
}
