import type { RunAudit } from "../audit/audit_trail.ts";
import { answerQuestions } from "./answer_questions.ts";
import { answerSkills, REFUSE_SKILLS } from "./answer_skills.ts";
import type { BegunRun } from "./begin_run.ts";
import type { Config } from "../config/config.ts";
import { measureSpared } from "./measure_spared.ts";
import { openCalls, verifyReplay } from "./open_calls.ts";
import type { RunGate } from "../policy/approvals/run_gate.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { ExaminedProgram } from "../program/examine_program.ts";
import type { Ending } from "../result/outcome_of.ts";
import type { Redactor } from "../result/redactor.ts";
import type { Effect, EscapeAttempt } from "../model/run_result.ts";
import type { ShapeResultOptions } from "../result/shape_result.ts";
import type { Capability } from "../model/capability.ts";
import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import { FRAME } from "../model/protocol.ts";
import { refusalOf } from "../calls/refusals.ts";
import { serveAsk } from "../calls/serve_ask.ts";
import { serveLogs, serveRun } from "../calls/serve_run.ts";
import type { RuntimeParts } from "./runtime_parts.ts";
import { tellGranted, tellTouched } from "./tell_rights.ts";
import { RunTimer } from "../sandbox/run_timer.ts";
import type { Worker } from "../sandbox/sandbox.ts";
import type { FolderWatch } from "../sandbox/watch_folders.ts";
import { type WatchedEnd, watchWorker } from "../sandbox/watch_worker.ts";

/** A program that may run. */
export interface AdmittedProgram extends ExaminedProgram {
  /** All that it can call. */
  readonly tools: readonly JudgedTool[];
  readonly gate: RunGate;
  /** What the type check found that is no error. */
  readonly warnings: readonly string[];
}

/** Options of {@linkcode serveProgram}. */
export interface ServeProgramOptions {
  readonly run: BegunRun;
  readonly worker: Worker;
  readonly folders: FolderWatch;
  readonly config: Config;
  readonly parts: RuntimeParts;
  /** Refuses a call for what its tool is now; throws what the program is to see. */
  readonly checkTool: (capability: Capability) => Promise<void>;
  /** Where it is written down what happens. */
  readonly audit: RunAudit;
  readonly privacy: RunPrivacy;
  readonly redactor: Redactor;
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
  /** A trial tries a skill that is not saved yet. */
  readonly purpose: "run" | "trial";
}

/** How a worker's part of a run ended, and what the run has changed until then. */
export interface ServedEnd extends WatchedEnd {
  readonly spared: ShapeResultOptions["spared"];
  readonly effects: readonly Effect[];
}

/** Lets a worker execute a program: its calls go out, its log comes in, its limits hold. */
export async function serveProgram(
  program: AdmittedProgram,
  options: ServeProgramOptions,
): Promise<ServedEnd> {
  const { run, worker, folders, config, parts, checkTool, audit, privacy, redactor } = options;
  const { runId, limits, signal } = run;
  const over = new AbortController();
  using _over = { [Symbol.dispose]: () => over.abort() };
  const questions = {
    ...answerQuestions(parts, { session: run.session ?? runId, principal: run.principal }),
    ...(options.purpose === "trial" ? REFUSE_SKILLS : answerSkills(parts.skills, {
      ...{ runId, caller: run.caller, permission: run.permission },
      signal: over.signal,
    })),
    workspaceLeft: () => folders.measureLeft(worker),
  };
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<Ending>();
  using timer = new RunTimer({
    timeoutMs: limits.timeoutMs,
    onChange: (timeoutMs) => void tellClock(worker, timeoutMs),
  });
  using calls = openCalls(program, { run, parts, checkTool, audit, privacy, timer, interrupt });
  const { recorder, record } = calls;
  tellGranted(options);
  const served = serveRun({
    connections: worker.connections,
    principal: run.principal,
    module: await worker.writeModules(program.files),
    limits,
    chance: { ...run.chance, clockReads: record.clockReads },
    services: {
      call: (served) => calls.call(served),
      ask: async (method, params) => {
        const question = { server: "", tool: method, arguments: params, effect: "none" } as const;
        const { principal } = run;
        const ask = async () => {
          const answer = await serveAsk({ method, params }, { ...questions, privacy, principal });
          return await withTurns(encodeJsonInSteps(answer), principal);
        };
        return (await recorder.perform(question, ask)).body;
      },
      hearClock: (reads) => parts.store.addClockReads(runId, reads),
    },
    refusalOf,
  });
  const logged = serveLogs(worker.output, {
    maxBytes: limits.outputBytes,
    drain: (maxBytes) => worker.drain(maxBytes),
    async log(lines) {
      const texts = await redactor.texts(lines.map(({ text }) => text));
      lines.forEach(({ level }, index) => run.log({ level, text: texts[index]! }));
    },
  });
  const told = new Map<string, Promise<void>>();
  const tellOnce = (attempt: EscapeAttempt) => {
    const key = `${attempt.permission} ${attempt.value}`;
    if (!told.has(key)) told.set(key, tell(attempt, options));
  };
  worker.attempts.follow(tellOnce);
  const { onEscapeAttempt } = config.policy;
  using cpu = parts.cpuShares.join(worker.cpu, run.principal);
  const bounds = { limits, folders, cpu, onEscapeAttempt };
  const stops = { signal, timer, interrupted };
  const spared = measureSpared(run, parts.catalogue);
  const watched = await watchWorker(worker, { served, logged, bounds, stops });
  // The last ones of many are known at the end only.
  watched.attempts.forEach(tellOnce);
  await Promise.all(told.values());
  await tellTouched(options);
  // What is on its way to a server now would otherwise be in doubt.
  if (watched.ending.kind === "waiting") await recorder.drain();
  const ending = verifyReplay(watched.ending, recorder);
  if (ending.kind === "value") audit.gave(ending.json);
  return { ...watched, ending, spared: await spared(), effects: recorder.effects() };
}

async function tell(
  attempt: EscapeAttempt,
  { run, audit, redactor }: Pick<ServeProgramOptions, "run" | "audit" | "redactor">,
): Promise<void> {
  const { permission, value } = attempt;
  const shown = { permission, value: await redactor.text(value) };
  audit.attempt(shown);
  run.attempt(shown);
}

/** A worker that is gone needs no clock. */
async function tellClock({ connections }: Worker, timeoutMs: number): Promise<void> {
  await connections.control.writer.send(FRAME.start, 0, { timeoutMs }).catch(() => {});
}
