import type { RunAudit } from "../audit/audit_trail.ts";
import { CallLog } from "../calls/call_log.ts";
import type { Config } from "../config/config.ts";
import type { Limits } from "../config/limits.ts";
import { type Caller, OWNER, type PermissionLevel } from "../model/permission.ts";
import { AirlockError } from "../model/errors.ts";
import type { Risk } from "../model/risk.ts";
import type { RunEvent, RunRequest, ToolRequest } from "../model/run_request.ts";
import type { EscapeAttempt, LogLine, RunResult } from "../model/run_result.ts";
import type { PrivacyLease } from "../privacy/privacy_service.ts";
import type { Skills } from "../program/wrappers.ts";
import type { StoredRun } from "../storage/stored_run.ts";
import { RunTrace } from "../telemetry/run_trace.ts";
import { ModelTokenEstimate } from "../text/count_model_tokens.ts";
import { hostTurns } from "../work/host_turns.ts";
import { sessionIdOf } from "../workspace/session_id.ts";
import { limitsOf, permissionOf } from "./read_request.ts";

/** States of a run, and those that may follow each. */
const NEXT = {
  /** The program is read and admitted; nothing of it has happened. */
  starting: ["running", "waiting", "finished"],
  /** The start is written down, and a worker executes the program. */
  running: ["waiting", "finished", "orphaned"],
  /** A person must decide, and this process waits. */
  waiting: ["running", "suspended", "finished", "orphaned"],
  /** A person must decide; all that is left of the run is what is stored. */
  suspended: ["running", "finished", "orphaned"],
  /** Its host died, or could not go on with it. */
  orphaned: ["running", "suspended", "finished"],
  finished: [],
} as const satisfies Record<string, readonly string[]>;

/** Where a run stands. */
type RunState = keyof typeof NEXT;

/** The state that follows; throws where it may not. */
function nextState(from: RunState, to: RunState): RunState {
  if ((NEXT[from] as readonly RunState[]).includes(to)) return to;
  throw new AirlockError("INTERNAL", `Cannot change run from ${from} to ${to}`);
}

/** What stays in memory of a run between two attempts. */
export interface CarriedRun {
  /** Whether the request came to this process. */
  readonly isBegunHere: boolean;
  /** Whether it was taken over from a host that died. */
  readonly isRecovered?: boolean;
  /** The privacy session of a run without a session, whose tokens are in no file. */
  readonly lease?: PrivacyLease | undefined;
}

/** How a run begins, beside its request. */
export interface RunOptions {
  readonly config: Config;
  /** What is stored of it, where it was begun before. */
  readonly stored?: StoredRun | undefined;
  readonly carried?: CarriedRun | undefined;
  /** Why it may not go on, where it was begun before. */
  readonly refusal?: AirlockError | undefined;
  /** The skills of a program that tests a skill which is not saved yet. */
  readonly trial?: Skills | undefined;
}

/** A run that this process carries out: its state, its identity, and what is noted of it. */
export class Run {
  readonly runId: string;
  readonly request: RunRequest;
  /** Id of its session. */
  readonly session?: string;
  readonly caller: Caller;
  /** Name of who asked. */
  readonly principal: string;
  /** The program as it was given; empty for a classic call. */
  readonly code: string;
  readonly limits: Limits;
  readonly refusal: AirlockError | undefined;
  readonly trial: Skills | undefined;
  /** Which tools it may call. */
  readonly permission: PermissionLevel;
  /** Aborts when it is cancelled. */
  readonly signal: AbortSignal;
  /** Start of the program's clock, and seed of its random numbers. */
  readonly chance: { readonly startedAt: number; readonly seed: string };
  readonly isBegunHere: boolean;
  readonly isRecovered: boolean;
  readonly trace: RunTrace;
  /** Samples what goes between program and tools. */
  readonly traffic = new ModelTokenEstimate();
  /** Where its audit entries go. */
  audit!: RunAudit;
  /** Its own privacy session, where it belongs to no session. */
  lease: PrivacyLease | undefined;
  /** Settles when this process is done with it. */
  result: Promise<RunResult> | undefined;

  #state: RunState;
  #callLog: CallLog;
  #programHash: string | undefined;
  #risk: Risk | null = null;
  #logs: LogLine[] = [];
  #emittedLogs = 0;
  readonly #began = performance.now();
  readonly #cancelling = new AbortController();
  readonly #impatient = new AbortController();
  readonly #listeners: ((event: RunEvent) => void)[] = [];
  readonly #turn: Disposable;

  /**
   * Begins a run.
   *
   * @throws {AirlockError} REQUEST_INVALID or TOO_LARGE
   */
  constructor(request: RunRequest | ToolRequest, options: RunOptions) {
    const { config, stored, refusal, trial, carried } = options;
    this.limits = limitsOf(request, config);
    const { principal: caller = OWNER, session: name } = request;
    if (name !== undefined) this.session = sessionIdOf({ name, owner: caller.name });
    this.runId = stored?.runId ?? `run_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    this.request = "code" in request ? request : { ...request, code: "" };
    this.code = this.request.code;
    this.caller = caller;
    this.principal = caller.name;
    this.permission = permissionOf(request, config);
    this.refusal = refusal;
    this.trial = trial;
    this.signal = request.signal
      ? AbortSignal.any([this.#cancelling.signal, request.signal])
      : this.#cancelling.signal;
    this.chance = stored
      ? { startedAt: stored.startedAt, seed: stored.seed }
      : { startedAt: Date.now(), seed: crypto.getRandomValues(new Uint8Array(32)).toHex() };
    this.#programHash = stored?.programHash;
    this.#state = stored === undefined
      ? "starting"
      : stored.state === "waiting"
      ? "suspended"
      : "orphaned";
    this.isBegunHere = carried?.isBegunHere ?? stored === undefined;
    this.isRecovered = carried?.isRecovered ?? false;
    this.lease = carried?.lease;
    this.trace = new RunTrace({ runId: this.runId, parent: request.traceParent });
    this.#callLog = this.#newCallLog();
    this.join(request);
    this.#turn = hostTurns.enter(caller.name);
    this.emit({ type: "started", runId: this.runId });
  }

  get state(): RunState {
    return this.#state;
  }

  /** Goes over to another state; throws where it may not follow this one. */
  enter(state: RunState): void {
    this.#state = nextState(this.#state, state);
    const isOver = state === "finished" || state === "suspended" || state === "orphaned";
    if (isOver) this.#turn[Symbol.dispose]();
  }

  /** Hash of the program when the run first began; undefined until it is written down. */
  get programHash(): string | undefined {
    return this.#programHash;
  }

  /** Whether its start was written down before. */
  get isResumed(): boolean {
    return this.#programHash !== undefined;
  }

  /** The calls of this attempt. */
  get callLog(): CallLog {
    return this.#callLog;
  }

  /** Aborts as soon as one of those who wait for it no longer waits for a person. */
  get waitSignal(): AbortSignal {
    return this.#impatient.signal;
  }

  /** Adds one who waits for it. */
  join({ onEvent, waitSignal }: Pick<RunRequest, "onEvent" | "waitSignal">): void {
    if (onEvent !== undefined) this.#listeners.push(onEvent);
    const leave = () => this.#impatient.abort();
    if (waitSignal?.aborted) leave();
    else waitSignal?.addEventListener("abort", leave, { once: true });
  }

  /** Emits an event to all who wait for it. */
  emit(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  cancel(): void {
    this.#cancelling.abort();
  }

  log(line: Omit<LogLine, "atMs">): void {
    const complete = { ...line, atMs: this.#elapsedMs() };
    // A program that is run again logs again what was emitted already.
    if (this.#logs.push(complete) <= this.#emittedLogs) return;
    this.#emittedLogs++;
    this.emit({ type: "log", line: complete });
  }

  /** Emits that the program tried what it has no permission for. */
  attempt(attempt: EscapeAttempt): void {
    this.emit({ type: "escape_attempt", attempt });
  }

  /** Notes the program's risk. */
  assessed(risk: Risk): void {
    if (this.#risk === null) this.emit({ type: "risk", risk });
    this.#risk = risk;
  }

  /** Notes that the start is written down, with the hash of the program. */
  settle(programHash: string): void {
    this.#programHash = programHash;
  }

  /** Forgets the calls and logs of an attempt: the program starts from the beginning. */
  restart(): void {
    this.#logs = [];
    this.#callLog = this.#newCallLog();
  }

  /** What is noted until now. */
  record() {
    return {
      runId: this.runId,
      principal: this.principal,
      limits: this.limits,
      /** Null until it is assessed. */
      risk: this.#risk,
      calls: this.#callLog.calls(),
      /** Messages of tools that failed. */
      failures: this.#callLog.failures(),
      logs: this.#logs,
      wallMs: this.#elapsedMs(),
    };
  }

  #newCallLog(): CallLog {
    return new CallLog((call) => {
      if (call.replayed !== true) this.emit({ type: "call", call });
    });
  }

  #elapsedMs(): number {
    return Math.round((performance.now() - this.#began) * 100) / 100;
  }
}
