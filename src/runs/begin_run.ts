import { type Caller, OWNER } from "../model/caller.ts";
import type { Config } from "../config/config.ts";
import type { Limits } from "../config/limits.ts";
import { AirlockError } from "../model/errors.ts";
import { RunTrace } from "../telemetry/run_trace.ts";
import { ModelTokenEstimate } from "../text/count_model_tokens.ts";
import { matchesName } from "../upstream/select_tools.ts";
import { leastPermission, OWNER_NAME, type PermissionLevel } from "../model/permission.ts";
import type { Risk } from "../model/risk.ts";
import { Journal } from "../calls/journal.ts";
import type { CallFailure } from "../result/outcome_of.ts";
import type { CallRecord, EscapeAttempt, LogLine } from "../model/run_result.ts";
import { checkChoices } from "./check_choices.ts";
import { RunAudience } from "./run_audience.ts";
import type { RunRegistry } from "./run_registry.ts";
import {
  MAX_TIMEOUT_MS,
  type RunEvent,
  type RunRequest,
  type ToolRequest,
} from "../model/run_request.ts";
import type { StoredRun } from "../storage/stored_run.ts";
import { sessionIdOf } from "../workspace/session_id.ts";

/** A run that has begun: who it is, and what is written down of it. */
export interface BegunRun {
  readonly runId: string;
  readonly request: RunRequest;
  /** The id of its session. */
  readonly session?: string;
  /** Those who wait for it. */
  readonly audience: RunAudience;
  /** Who asked for it. */
  readonly caller: Caller;
  /** Who asks. */
  readonly principal: string;
  /** The program as it was given. */
  readonly code: string;
  readonly limits: Limits;
  /** Why its program may not go on, whatever it is. */
  readonly refusal: AirlockError | undefined;
  /** Which tools it may call. */
  readonly permission: PermissionLevel;
  /** Aborts when somebody cancels it. */
  readonly signal: AbortSignal;
  /** What time and chance of its program are made of. */
  readonly chance: { readonly startedAt: number; readonly seed: string };
  /** What it was when it was begun for the first time; undefined until then. */
  readonly programHash: string | undefined;
  /** Whether it was begun before. */
  readonly isResumed: boolean;
  readonly journal: Journal;
  /** Its spans. */
  readonly trace: RunTrace;
  /** Samples what goes between program and tools. */
  readonly traffic: ModelTokenEstimate;
  log(line: Omit<LogLine, "atMs">): void;
  /** Tells of something that the program tried beyond its rights. */
  attempt(attempt: EscapeAttempt): void;
  /** Writes down what was found out of the program's risk. */
  assessed(risk: Risk): void;
  /** What is written down until now. */
  record(): RunRecord;
  /** Says what its program is, which holds from now on. */
  settle(programHash: string): void;
  /** Begins what is written down anew: its program starts from the beginning. */
  restart(): void;
}

/** What is written down of a run. */
export interface RunRecord {
  readonly runId: string;
  readonly principal: string;
  readonly limits: Limits;
  /** Null until it is assessed. */
  readonly risk: Risk | null;
  readonly calls: readonly CallRecord[];
  readonly logs: readonly LogLine[];
  /** What tools said that failed. */
  readonly failures: readonly CallFailure[];
  readonly wallMs: number;
}

/** Options of {@linkcode beginRun}. */
export interface BeginRunOptions {
  readonly config: Config;
  readonly registry: RunRegistry;
  /** What was written down of it, where it was begun before. */
  readonly stored?: StoredRun | undefined;
  /** Why it may not go on, where it was begun before. */
  readonly refusal?: AirlockError | undefined;
  /** Who waits for it. Default: who asks for it alone. */
  readonly audience?: RunAudience;
}

/**
 * Begins a run.
 *
 * @throws {AirlockError} REQUEST_INVALID or TOO_LARGE
 */
export function beginRun(
  request: RunRequest | ToolRequest,
  options: BeginRunOptions,
): BegunRun {
  const { config, registry, stored, refusal, audience = audienceOf(request) } = options;
  checkChoices(request);
  const limits = { ...config.limits, timeoutMs: timeoutOf(request, config) };
  if ("code" in request) checkCode(request.code, limits);
  const { principal: caller = OWNER, session: name } = request;
  const session = name === undefined ? undefined : sessionIdOf({ name, owner: caller.name });
  const began = performance.now();
  const runId = stored?.runId ??
    `run_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
  const emit = (event: RunEvent) => audience.tell(event);
  let risk: Risk | null = null;
  const elapsedMs = () => Math.round((performance.now() - began) * 100) / 100;
  const cancelled = registry.begin(runId, request.principal?.name ?? OWNER_NAME);
  emit({ type: "started", runId });
  const newJournal = () =>
    new Journal((call) => {
      if (call.replayed !== true) emit({ type: "call", call });
    });
  let logs: LogLine[] = [];
  let heardLogs = 0;
  let journal = newJournal();
  let programHash = stored?.programHash;
  return {
    runId,
    request: "code" in request ? request : { ...request, code: "" },
    ...(session === undefined ? {} : { session }),
    audience,
    caller,
    principal: caller.name,
    code: "code" in request ? request.code : "",
    limits,
    refusal,
    permission: permissionOf(request, config),
    signal: request.signal ? AbortSignal.any([cancelled, request.signal]) : cancelled,
    chance: stored
      ? { startedAt: stored.startedAt, seed: stored.seed }
      : { startedAt: Date.now(), seed: newSeed() },
    get programHash() {
      return programHash;
    },
    get isResumed() {
      return programHash !== undefined;
    },
    get journal() {
      return journal;
    },
    trace: new RunTrace({ runId, parent: request.traceParent }),
    traffic: new ModelTokenEstimate(),
    log(line) {
      const complete = { ...line, atMs: elapsedMs() };
      // A program that starts again says again what was heard already.
      if (logs.push(complete) <= heardLogs) return;
      heardLogs++;
      emit({ type: "log", line: complete });
    },
    assessed(found) {
      if (risk === null) emit({ type: "risk", risk: found });
      risk = found;
    },
    attempt: (attempt) => emit({ type: "escape_attempt", attempt }),
    record: () => ({
      runId,
      principal: caller.name,
      limits,
      risk,
      calls: journal.calls(),
      failures: journal.failures(),
      logs,
      wallMs: elapsedMs(),
    }),
    settle(hash) {
      programHash = hash;
    },
    restart() {
      logs = [];
      journal = newJournal();
    },
  };
}

function audienceOf(request: Pick<RunRequest, "onEvent" | "waitSignal">): RunAudience {
  const audience = new RunAudience();
  audience.join(request);
  return audience;
}

/** Nobody's word makes it more than another's. */
function permissionOf(
  { principal, permission, session }: Omit<RunRequest, "code">,
  { policy }: Config,
) {
  const sessions = Object.entries(policy.sessions).flatMap(([pattern, level]) =>
    session !== undefined && matchesName(session, pattern) ? [level] : []
  );
  return leastPermission([policy.permission, principal?.permission, permission, ...sessions]);
}

const SEED_BYTES = 32;

function newSeed(): string {
  return crypto.getRandomValues(new Uint8Array(SEED_BYTES)).toHex();
}

function timeoutOf({ timeoutMs }: Pick<RunRequest, "timeoutMs">, config: Config): number {
  if (timeoutMs === undefined) return config.limits.timeoutMs;
  if (Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS) {
    return timeoutMs;
  }
  throw new AirlockError(
    "REQUEST_INVALID",
    `Cannot start run: "timeoutMs" must be a whole number from 1 to ${MAX_TIMEOUT_MS}`,
  );
}

function checkCode(code: string, { programBytes }: Limits): void {
  if (typeof code !== "string" || code.trim() === "") {
    throw new AirlockError("REQUEST_INVALID", "Cannot start run: there is no program");
  }
  if (new TextEncoder().encode(code).length > programBytes) {
    throw new AirlockError(
      "TOO_LARGE",
      `Cannot start run: the program has more than ${programBytes} bytes`,
    );
  }
}
