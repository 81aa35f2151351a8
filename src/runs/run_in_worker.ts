import { join } from "@std/path";
import { refusalOf, storedEffects } from "../calls/refusals.ts";
import { serveAsk } from "../calls/serve_ask.ts";
import { serveLogs, serveRun } from "../calls/serve_run.ts";
import { FRAME } from "../model/protocol.ts";
import type { Effect, EscapeAttempt, RunResult } from "../model/run_result.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { tracePositions } from "../program/source_positions.ts";
import type { Ending } from "../result/ending.ts";
import { createPathHider, createRedactor, type Redactor } from "../result/redactor.ts";
import { type SavedTokens, shapeResult, sumBytes } from "../result/shape_result.ts";
import { RunTimer } from "../sandbox/run_timer.ts";
import type { Worker } from "../sandbox/sandbox.ts";
import { type WatchedEnd, watchWorker } from "../sandbox/watch_worker.ts";
import { keepDrafts } from "../skills/keep_drafts.ts";
import { estimateModelTokens } from "../text/count_model_tokens.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import { withTurns } from "../work/host_turns.ts";
import { moveFolder, openWorkspace, type Workspace } from "../workspace/workspace.ts";
import type { AdmittedProgram } from "./admit_program.ts";
import { answerQuestions, answerSkills, REFUSE_SKILLS } from "./answer_questions.ts";
import { openCalls, type RunCalls, verifyReplay } from "./run_calls.ts";
import type { ProgramScope, RunScope } from "./run_scope.ts";

/** A scope with a worker, and what the worker's texts go through. */
interface WorkerScope extends ProgramScope {
  readonly worker: Worker;
  readonly redactor: Redactor;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
}

/** Runs an admitted program in a worker, and shapes its result. */
export async function runInWorker(
  program: AdmittedProgram,
  scope: ProgramScope,
): Promise<RunResult> {
  const { run, track } = scope;
  const worker = await run.trace.stage("worker", () => scope.takeWorker(program.risk.level));
  try {
    const isNew = scope.folders.workspace === undefined;
    const workspace = await openWorkspace(worker.workspace, { isNew });
    const inWorker = await openWorkerScope(program, { ...scope, worker });
    const served = await run.trace.stage("execute", () => serveProgram(program, inWorker));
    const result = await run.trace.stage(
      "result",
      () => shapeServed(program, served, { ...inWorker, workspace }),
    );
    // A run that waits is run again from the start, and writes its files again.
    return result.status === "waiting" ? result : await keepFiles(result, inWorker);
  } finally {
    // The result does not wait until the process is gone and its folder is cleared.
    track(Promise.resolve(worker[Symbol.asyncDispose]()));
  }
}

async function openWorkerScope(
  { positions }: AdmittedProgram,
  scope: ProgramScope & { readonly worker: Worker },
): Promise<WorkerScope> {
  const { run: { principal }, worker, config, parts } = scope;
  const hidePaths = createPathHider({
    room: worker.dir,
    folders: {
      [worker.workspace]: "./workspace",
      [config.folders.servers]: "./servers",
      [parts.dir]: "airlock",
    },
    toSource: tracePositions(positions),
  });
  const redactor = createRedactor({ privacy: await scope.privacy, principal, hidePaths });
  return { ...scope, hidePaths, redactor };
}

/** How a worker's part of a run ended, and what the run has changed until then. */
interface ServedEnd extends WatchedEnd {
  readonly saved: SavedTokens;
  readonly effects: readonly Effect[];
}

/** Lets a worker execute a program: its calls go out, its log comes in, its limits hold. */
async function serveProgram(program: AdmittedProgram, scope: WorkerScope): Promise<ServedEnd> {
  const { run, worker, watch: folders, config, parts, hidePaths } = scope;
  const { limits, signal, audit } = run;
  const over = new AbortController();
  using _over = { [Symbol.dispose]: () => over.abort() };
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<Ending>();
  using timer = new RunTimer({
    timeoutMs: limits.timeoutMs,
    onChange: (timeoutMs) => void sendClock(worker, timeoutMs),
  });
  const saved = measureSavings(scope);
  using calls = await openCalls(program, scope, { timer, interrupt });
  await audit.granted({ tier: worker.tier, flags: worker.flags.map(hidePaths) });
  const served = serveFrames(scope, {
    calls,
    privacy: await scope.privacy,
    overSignal: over.signal,
    moduleUrl: await worker.writeModules(program.files),
  });
  const logged = serveOutput(scope);
  const attempts = recordAttempts(scope);
  worker.attempts.follow(attempts.record);
  const { onEscapeAttempt } = config.policy;
  using cpu = parts.cpuShares.join(worker.cpu, run.principal);
  const bounds = { limits, folders, cpu, onEscapeAttempt };
  const stops = { signal, timer, interrupted };
  const watched = await watchWorker(worker, { served, logged, bounds, stops });
  // The last attempts of many are known at the end only.
  watched.attempts.forEach(attempts.record);
  await attempts.settled();
  await recordTouched(scope);
  const { journal } = calls;
  // A call on its way to a server would otherwise be in doubt.
  if (watched.ending.kind === "waiting") await journal.drain();
  const ending = verifyReplay(watched.ending, journal);
  if (ending.kind === "value") audit.gave(ending.json);
  return { ...watched, ending, saved: await saved(), effects: journal.effects() };
}

/** Serves the frames of the program: its calls, its questions, its value. */
function serveFrames(
  scope: WorkerScope,
  { calls: { call, journal, record }, privacy, overSignal, moduleUrl }: {
    readonly calls: RunCalls;
    readonly privacy: RunPrivacy;
    /** Aborts when the worker's part is over. */
    readonly overSignal: AbortSignal;
    readonly moduleUrl: string;
  },
) {
  const { run, worker, watch, parts } = scope;
  const { runId, principal, caller, permission, limits, chance } = run;
  const answers = {
    ...answerQuestions(parts, { session: run.session ?? runId, principal }),
    ...(run.trial === undefined
      ? answerSkills(parts.skills, { runId, caller, permission, signal: overSignal })
      : REFUSE_SKILLS),
    workspaceLeft: () => watch.measureLeft(worker),
  };
  return serveRun({
    connections: worker.connections,
    principal,
    module: moduleUrl,
    limits,
    chance: { ...chance, clockReads: record.clockReads },
    services: {
      call,
      ask: async (method, params) => {
        const question = { server: "", tool: method, arguments: params, effect: "none" } as const;
        const answer = async () => {
          const said = await serveAsk({ method, params }, { ...answers, privacy, principal });
          return await withTurns(encodeJsonInSteps(said), principal);
        };
        return (await journal.perform(question, answer)).body;
      },
      hearClock: (reads) => scope.recorder.clockRead(run, reads),
    },
    refusalOf,
  });
}

/** Redacts what the program logs. */
function serveOutput({ run, worker, redactor }: WorkerScope) {
  return serveLogs(worker.output, {
    maxBytes: run.limits.outputBytes,
    drain: (maxBytes) => worker.drain(maxBytes),
    async log(lines) {
      const texts = await redactor.texts(lines.map(({ text }) => text));
      lines.forEach(({ level }, index) => run.log({ level, text: texts[index]! }));
    },
  });
}

/** Records each attempt of a program once, redacted. */
function recordAttempts({ run, redactor }: WorkerScope) {
  const recorded = new Map<string, Promise<void>>();
  const note = async ({ permission, value }: EscapeAttempt) => {
    const shown = { permission, value: await redactor.text(value) };
    await run.audit.attempt(shown);
    run.attempt(shown);
  };
  return {
    record(attempt: EscapeAttempt) {
      const key = `${attempt.permission} ${attempt.value}`;
      if (!recorded.has(key)) recorded.set(key, note(attempt));
    },
    settled: () => Promise.all(recorded.values()),
  };
}

/** Records what a worker has touched: names of files are the program's words. */
async function recordTouched({ run, worker, redactor }: WorkerScope): Promise<void> {
  await run.audit.touched(async () => {
    const { permissions, ...counts } = worker.attempts.touched();
    const shown = permissions.map(async ({ value, ...touched }) => ({
      ...touched,
      value: await redactor.text(value),
    }));
    return { permissions: await Promise.all(shown), ...counts };
  });
}

/** A worker that is gone needs no clock. */
async function sendClock({ connections }: Worker, timeoutMs: number): Promise<void> {
  await connections.control.writer.send(FRAME.start, 0, { timeoutMs }).catch(() => {});
}

async function shapeServed(
  { warnings }: AdmittedProgram,
  served: ServedEnd,
  scope: WorkerScope & { readonly workspace: Workspace },
): Promise<RunResult> {
  const { run, worker, watch, parts, workspace, hidePaths, redactor } = scope;
  const servers = served.ending.kind === "thrown" ? await parts.wrappers.folders() : [];
  const { saved, usage, ...rest } = served;
  return await shapeResult({
    ...rest,
    record: run.record(),
    usage: { ...usage, ...saved },
    warnings,
    files: {
      workspace,
      async measureLeft() {
        await watch.check(worker);
        return watch.left();
      },
    },
    texts: { hidePaths, redactor, servers },
  });
}

/** Keeps what the program wrote, where it does not lie in a session already. */
async function keepFiles(
  result: RunResult,
  { worker, folders, config: { folders: { state, workspace } } }: WorkerScope,
): Promise<RunResult> {
  const { runId } = result;
  const drafted = await keepDrafts(worker.drafts, { drafts: join(state, "drafts"), runId });
  if (folders.workspace === undefined && result.files.length > 0) {
    await moveFolder(worker.workspace, join(workspace, runId));
  }
  return { ...result, files: [...result.files, ...drafted] };
}

/** Shapes the result of a run that needed no worker. */
export async function resultWithoutWorker(
  ending: Ending,
  scope: RunScope,
  { effects, workspace }: {
    /** What it has changed. Default: what the journal has of the run from before. */
    readonly effects?: readonly Effect[];
    /** Where a value goes that is too large for a model; absent where there is none. */
    readonly workspace?: Workspace;
  } = {},
): Promise<RunResult> {
  const { run, recorder } = scope;
  const saved = await measureSavings(scope)();
  const hidePaths = (text: string) => text;
  const privacy = await scope.privacy;
  const before = async () => storedEffects((await recorder.recordOf(run)).calls).values();
  const redactor = createRedactor({ privacy, principal: run.principal, hidePaths });
  return await shapeResult({
    record: run.record(),
    ending,
    effects: [...effects ?? await before()],
    usage: { cpuMs: 0, peakMemoryBytes: 0, ...saved },
    attempts: [],
    warnings: [],
    texts: { hidePaths, redactor },
    ...(workspace && { files: { workspace } }),
  });
}

/**
 * Measures the model tokens that a run saves. Begun while the run's worker works; the function that
 * is returned is called when the run has ended.
 */
function measureSavings(
  { run: { code, traffic, callLog }, parts: { catalogue } }: RunScope,
): () => Promise<SavedTokens> {
  const counts = Promise.all([estimateModelTokens(code), catalogue.definitionModelTokens()]);
  return async () => {
    const [programModelTokens, definitionModelTokens] = await counts;
    const intermediateModelTokens = traffic.of(sumBytes(callLog.calls()));
    return { programModelTokens, intermediateModelTokens, definitionModelTokens };
  };
}
