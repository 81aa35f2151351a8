import { AirlockError } from "../model/errors.ts";
import { CallJournal } from "../calls/call_journal.ts";
import { type CallListener, createCallServer } from "../calls/serve_call.ts";
import type { ServedCall } from "../calls/serve_run.ts";
import { showAllArguments, showArguments } from "../calls/show_arguments.ts";
import type { Capability } from "../model/tool.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import type { Hold } from "../policy/approvals/run_gate.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import type { Ending } from "../result/ending.ts";
import type { RunTimer } from "../sandbox/run_timer.ts";
import type { StoredRecord } from "../storage/stored_run.ts";
import type { AdmittedProgram } from "./admit_program.ts";
import type { Run } from "./run.ts";
import type { RunScope } from "./run_scope.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** How a worker's part of a run is timed and interrupted. */
interface RunClock {
  /** Stands still while a person decides. */
  readonly timer: RunTimer;
  /** Ends the run, or lets it wait. */
  readonly interrupt: (ending: Ending) => void;
}

/** The calls of an admitted program. Disposing of it ends those under way. */
export interface RunCalls extends Disposable {
  /** Makes a call: checked, journaled, restored, made, masked. */
  call(served: ServedCall): Promise<Uint8Array>;
  readonly journal: CallJournal;
  /** What the journal has of the run from before. */
  readonly record: StoredRecord;
}

/** Opens the way from an admitted program to its tools. */
export async function openCalls(
  { gate, tools }: AdmittedProgram,
  scope: RunScope,
  { timer, interrupt }: RunClock,
): Promise<RunCalls> {
  const { run, parts: { store, approvals, catalogue }, checkTool } = scope;
  const { runId, principal, callLog } = run;
  const privacy = await scope.privacy;
  const record = await scope.recorder.recordOf(run);
  const ended = new AbortController();
  const { signal } = ended;
  const journal = new CallJournal({
    ...{ run: { runId, principal }, store, record, signal },
    gate: gate.forCalls(holdWorker(run, { approvals, timer, interrupt, signal })),
    show: {
      beginning: (input) => showArguments(input, privacy),
      whole: (input) => showAllArguments(input, { privacy, principal }),
    },
    halt: (error) => interrupt({ kind: "refused", error }),
  });
  const serveCall = createCallServer({
    run: { ...callContext(run), signal },
    ...{ journal, privacy, checkTool },
    capabilities: tools,
    effectOf: effectsOf(tools),
    upstream: catalogue,
    listeners: callListeners(run, catalogue),
  });
  return {
    journal,
    record,
    async call(served) {
      // Names that no import has are the program's words, and no attributes of a span.
      const known = tools.find(({ server, tool }) =>
        server === served.server && tool === served.tool
      );
      return await run.trace.call(known, () => serveCall(served));
    },
    [Symbol.dispose]() {
      journal.close();
      callLog.close();
      ended.abort();
    },
  };
}

/** What a call needs to know of its run. */
export function callContext({ limits, principal, callLog: log, audit }: Run) {
  return { limits, principal, log, audit };
}

/** Told of each answer: the savings, and the types and sizes that are learned. */
export function callListeners(
  { traffic }: Run,
  catalogue: Pick<ToolCatalogue, "learnResult">,
): readonly CallListener[] {
  return [
    { returned: (body) => traffic.sample(body) },
    { answered: (answer) => catalogue.learnResult(answer) },
  ];
}

/** A program that came to another end than the first time has not been run again. */
export function verifyReplay(ending: Ending, journal: CallJournal): Ending {
  if (ending.kind !== "value" && ending.kind !== "thrown") return ending;
  const error = journal.checkEnd();
  return error === undefined ? ending : { kind: "refused", error };
}

function effectsOf(tools: readonly JudgedTool[]): (tool: Capability) => EffectHint {
  const hints = new Map(
    tools.map(({ server, tool, leaves }) => [JSON.stringify([server, tool]), leaves]),
  );
  return ({ server, tool }) => hints.get(JSON.stringify([server, tool])) ?? "each";
}

/** The host ends a worker first; the worker's own clock is for a host that is stopped. */
const GRACE_MS = 5_000;

/** Calls that a program makes at once are gathered for so long, so that a person is asked once. */
const GATHER_MS = 50;

/** Keeps a worker, its time standing still, while a person decides; interrupts it after a while. */
function holdWorker(
  { runId, waitSignal }: Run,
  { approvals, timer, interrupt, signal }: RunClock & {
    readonly approvals: Approvals;
    /** Aborts when the worker is gone. */
    readonly signal: AbortSignal;
  },
): Hold {
  const { holdMs } = approvals.config;
  let waiting = 0;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const release = () => {
    approvals.waitingOf(runId).then(
      (waiting) =>
        interrupt({ kind: "waiting", approvals: waiting.map(({ approvalId }) => approvalId) }),
      (cause) => {
        const message = "Cannot go on: the approvals of the run cannot be read";
        interrupt({ kind: "refused", error: new AirlockError("INTERNAL", message, { cause }) });
      },
    );
  };
  return async (decided) => {
    using _standingStill = timer.pause(holdMs + GRACE_MS);
    if (waiting++ === 0) {
      patience = setTimeout(release, waitSignal.aborted ? Math.min(holdMs, GATHER_MS) : holdMs);
      waitSignal.addEventListener("abort", release);
    }
    try {
      return await decided(signal);
    } finally {
      if (--waiting === 0) {
        clearTimeout(patience);
        waitSignal.removeEventListener("abort", release);
      }
    }
  };
}
