import { beginRun, type BeginRunOptions, type BegunRun } from "./begin_run.ts";
import { cancelledResult } from "./cancel_waiting_runs.ts";
import type { Config } from "../config.ts";
import { AirlockError } from "../errors.ts";
import type { Approvals } from "../policy/approvals/approvals.ts";
import { mayKnow, OWNER_NAME, type PermissionLevel } from "../policy/permission.ts";
import type { RunResult } from "../result/run_result.ts";
import { presentRight } from "./present_right.ts";
import { digestOf, keyOfRequest } from "./request_identity.ts";
import { LostRuns } from "./lost_runs.ts";
import { RunAudience } from "./run_audience.ts";
import type { KnownRun, RunRegistry } from "./run_registry.ts";
import type { ResumeOptions, RunRequest } from "./runtime_types.ts";
import type { HostLock } from "../store/host_lock.ts";
import type { RunStore } from "../store/run_store.ts";
import type { StoredRequest, StoredRun } from "../store/stored_run.ts";

/** Options of {@linkcode DurableRuns}. */
export interface DurableRunsOptions {
  readonly config: Config;
  readonly registry: RunRegistry;
  readonly store: RunStore;
  readonly approvals: Approvals;
  readonly hostLock: HostLock;
  /** Runs the program from its start to its end, or to where a person must decide. */
  readonly attempt: (run: BegunRun) => Promise<RunResult>;
  /** Hears of each run that has its result. */
  readonly onEnded: (result: RunResult, run: BegunRun) => void;
  /** Lets the end of the runtime wait for what nobody else waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves when nothing is held any more of a run that this process does not go on with now. */
  readonly letGo: (runId: string, why: LetGo) => Promise<void>;
}

/** It has ended for good; or waits for a person; or is left to whoever resumes it. */
export type LetGo = "over" | "waits" | "left";

/** Runs that are resumed at once where many can be. */
const MAX_RESUMING = 4;

/** A timer set for longer fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs that outlive a wait for a person, and the process that they were begun in. */
export class DurableRuns {
  readonly #options: DurableRunsOptions;
  readonly #underWay = new Map<string, { result: Promise<RunResult>; audience: RunAudience }>();
  readonly #byKey = new Map<string, { digest: string; result: Promise<RunResult> }>();
  /** Runs that wait with nobody waiting for them, and the approvals that they wait for. */
  readonly #putAway = new Map<string, readonly string[]>();
  /** Runs that this process was asked for and that have not ended. */
  readonly #begunHere = new Set<string>();
  readonly #lost: LostRuns;
  readonly #closing = new AbortController();
  readonly #toResume: StoredRun[] = [];
  #resuming = 0;
  #stopLooking: (() => void) | undefined;

  constructor(options: DurableRunsOptions) {
    this.#options = options;
    this.#lost = new LostRuns({
      ...options,
      goOn: (run) => {
        if (run.state === "running") this.#resumeLater(run);
        else this.#putAwayRun(run.runId, approvalsOf(run));
      },
    });
  }

  /** Runs what is asked for; what was asked for under the same key is not run again. */
  async start(request: RunRequest): Promise<RunResult> {
    const key = keyOfRequest(request);
    if (key === undefined) return await this.#begin(request);
    const digest = digestOf(request);
    const same = this.#byKey.get(key) ?? this.#options.store.findByKey(key);
    if (same !== undefined && ("digest" in same ? same.digest : same.requestDigest) !== digest) {
      throw new AirlockError(
        "IDEMPOTENCY_CONFLICT",
        "Cannot start run: another request was made with the same idempotency key",
      );
    }
    if (same !== undefined) {
      const { principal: asker } = request;
      const options = { ...request, ...(asker !== undefined && { asker }) };
      return await ("digest" in same ? same.result : this.#goOn(same, options));
    }
    const result = this.#begin(request);
    this.#byKey.set(key, { digest, result });
    try {
      return await result;
    } finally {
      this.#byKey.delete(key);
    }
  }

  /**
   * Goes on with a run that has no result yet; gives the result of one that has.
   *
   * @throws {AirlockError} NOT_FOUND or NOT_RESUMABLE
   */
  async resume(runId: string, options: ResumeOptions): Promise<RunResult> {
    const { asker } = options;
    const stored = this.#options.store.find(runId);
    if (stored === undefined || !mayKnow(asker, stored.request.principal ?? OWNER_NAME)) {
      throw new AirlockError("NOT_FOUND", "Cannot resume run: none is known by this id");
    }
    return await this.#goOn(stored, options);
  }

  /** Goes on with all runs whose host has died or will, and looks after those that wait. */
  resumeLost(): void {
    this.#lost.watch();
  }

  /** What is written down of a run. */
  find(runId: string): KnownRun | undefined {
    const run = this.#options.store.find(runId);
    if (run === undefined) return undefined;
    const result = run.result && JSON.parse(run.result) as RunResult;
    if (run.state !== "running" && result) return { state: run.state, result };
    return { state: this.#options.hostLock.isAlive(run.owner) ? "running" : "interrupted" };
  }

  /** Whose a run is that is written down. */
  principalOf(runId: string): string | undefined {
    const run = this.#options.store.find(runId);
    return run && (run.request.principal ?? OWNER_NAME);
  }

  /** Cancels a run that nobody goes on with now; false for any other. */
  cancel(runId: string): boolean {
    const { config, registry, store, track } = this.#options;
    const found = store.find(runId);
    const isOurs = this.#takeBack(runId);
    const stored = isOurs ? found : found && this.#lost.claim(found);
    if (stored === undefined) return isOurs;
    if (stored.state === "running") {
      // It says what it has done until then, and does no more.
      track(this.#goOn(stored, { signal: AbortSignal.abort() }).catch(() => {}));
      return true;
    }
    if (stored.result === undefined || stored.state === "finished") return true;
    const result = cancelledResult(JSON.parse(stored.result));
    const run = beginRun(requestOf(stored.request, stored.request.permission), {
      config,
      registry,
      stored,
    });
    if (result.risk !== null) run.assessed(result.risk);
    this.#end(result, run);
    return true;
  }

  /** Cancels the runs of a session that wait here for a person with their workers kept. */
  async cancelWaiting(session: string): Promise<void> {
    const { approvals, registry } = this.#options;
    const waiting = approvals.list().filter((approval) =>
      approval.state === "waiting" && approval.session === session
    );
    const ending: Promise<RunResult>[] = [...new Set(waiting.map(({ runId }) => runId))].flatMap(
      (runId) => {
        registry.cancel(runId);
        return this.#underWay.get(runId)?.result ?? [];
      },
    );
    await Promise.allSettled(ending);
  }

  /** Leaves what waits to the next host. */
  close(): void {
    this.#closing.abort();
    this.#lost[Symbol.dispose]();
    this.#stopLooking?.();
    this.#toResume.length = 0;
  }

  async #goOn(stored: StoredRun, { asker, ...options }: ResumeOptions): Promise<RunResult> {
    const { store, hostLock, config: { gateway } } = this.#options;
    const { runId } = stored;
    const underWay = this.#underWay.get(runId);
    if (underWay !== undefined) {
      underWay.audience.join(options);
      return await underWay.result;
    }
    if (stored.state === "finished") return JSON.parse(stored.result!) as RunResult;
    const isFree = !hostLock.isAlive(stored.owner) || stored.owner === hostLock.hostId;
    if (!isFree || !store.claim(stored)) {
      throw new AirlockError("NOT_RESUMABLE", "Cannot resume run: another host goes on with it", {
        hint: "Ask that one what became of it",
      });
    }
    this.#putAway.delete(runId);
    const isBegunHere = this.#begunHere.has(runId);
    const permission = presentRight(stored.request, { gateway, isBegunHere, asker });
    return await this.#begin({ ...options, ...requestOf(stored.request, permission) }, {
      stored,
      refusal: permission === undefined ? goneAway(stored.request) : undefined,
    });
  }

  async #begin(
    request: RunRequest,
    again: Pick<BeginRunOptions, "stored" | "refusal"> = {},
  ): Promise<RunResult> {
    const { config, registry } = this.#options;
    const audience = new RunAudience();
    audience.join(request);
    const run = beginRun(request, { config, registry, audience, ...again });
    if (again.stored === undefined) this.#begunHere.add(run.runId);
    const result = this.#drive(run);
    this.#underWay.set(run.runId, { result, audience });
    try {
      return await result;
    } finally {
      this.#underWay.delete(run.runId);
    }
  }

  async #drive(run: BegunRun): Promise<RunResult> {
    const { store, registry, approvals } = this.#options;
    const stopHearing = approvals.onAsked((approval) => {
      if (approval.runId === run.runId) run.audience.tell({ type: "approval", approval });
    });
    const waitUntil = performance.now() +
      (run.request.waitMs ?? this.#options.config.approvals.waitMs);
    try {
      if (run.isResumed) store.resume(run.runId);
      for (;;) {
        const result = await this.#options.attempt(run);
        if (result.status !== "waiting") return this.#end(result, run);
        store.pause(run.runId, JSON.stringify(result));
        if (!await this.#isDecided(result, { run, ms: waitUntil - performance.now() })) {
          const isCancelled = run.signal.aborted && !this.#closing.signal.aborted;
          if (isCancelled) return this.#end(cancelledResult(result), run);
          await this.#letGo(run.runId, "waits");
          registry.forget(run.runId);
          this.#putAwayRun(run.runId, result.approvals);
          return result;
        }
        const ended = this.#endedElsewhere(run.runId);
        if (ended !== undefined) return ended;
        store.resume(run.runId);
        run.restart();
      }
    } catch (error) {
      const isLeft = run.isResumed && this.#leave(run.runId);
      // What went wrong first is what the caller hears of.
      await this.#letGo(run.runId, isLeft ? "left" : "over").catch(() => {});
      registry.forget(run.runId);
      throw error;
    } finally {
      stopHearing();
    }
  }

  /** What is not in the audit has not ended: whoever dies between the two ends it once more. */
  #end(result: RunResult, run: BegunRun): RunResult {
    const { store, registry, approvals } = this.#options;
    this.#options.onEnded(result, run);
    store.finish(result.runId, JSON.stringify(result));
    approvals.withdraw({ runId: result.runId });
    registry.finish(result);
    this.#letGo(result.runId, "over");
    return result;
  }

  /** The result of a run that was cancelled with its session while it waited. */
  #endedElsewhere(runId: string): RunResult | undefined {
    const stored = this.#options.store.find(runId);
    if (stored?.state !== "finished" || stored.result === undefined) return undefined;
    const result = JSON.parse(stored.result) as RunResult;
    this.#options.registry.finish(result);
    this.#letGo(runId, "over");
    return result;
  }

  /**
   * What has called nothing may be asked for again under its key; what has can be resumed: tells
   * whether.
   */
  #leave(runId: string): boolean {
    const { store } = this.#options;
    const isLeft = store.record(runId).calls.length > 0;
    if (isLeft) store.release(runId);
    else store.forget(runId);
    return isLeft;
  }

  #letGo(runId: string, why: LetGo): Promise<void> {
    if (why !== "waits") this.#begunHere.delete(runId);
    return this.#options.letGo(runId, why);
  }

  /** Whether somebody decides in time. */
  async #isDecided(
    { approvals: ids }: RunResult,
    { run, ms }: { run: BegunRun; ms: number },
  ): Promise<boolean> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), Math.min(Math.max(0, ms), MAX_TIMER_MS));
    const { waitSignal } = run.audience;
    const signal = AbortSignal.any([late.signal, waitSignal, run.signal, this.#closing.signal]);
    try {
      const look = () => this.#areDecided(ids) ? true : undefined;
      return await this.#options.approvals.until(look, signal) ?? false;
    } finally {
      clearTimeout(timer);
    }
  }

  #areDecided(ids: readonly string[]): boolean {
    const { approvals } = this.#options;
    return ids.length === 0 || ids.some((id) => approvals.find(id)?.state !== "waiting");
  }

  #putAwayRun(runId: string, approvals: readonly string[]): void {
    if (this.#closing.signal.aborted) return;
    this.#putAway.set(runId, approvals);
    this.#stopLooking ??= this.#options.approvals.onChange(() => this.#lookForDecided());
    this.#lookForDecided();
  }

  #lookForDecided(): void {
    for (const [runId, approvals] of this.#putAway) {
      if (!this.#areDecided(approvals)) continue;
      this.#putAway.delete(runId);
      const run = this.#options.store.find(runId);
      if (run !== undefined && run.state !== "finished") this.#resumeLater(run);
    }
    if (this.#putAway.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  /** Goes on with a run no more; false where it did not mean to. */
  #takeBack(runId: string): boolean {
    const place = this.#toResume.findIndex((run) => run.runId === runId);
    if (place >= 0) this.#toResume.splice(place, 1);
    return this.#putAway.delete(runId) || place >= 0;
  }

  #resumeLater(run: StoredRun): void {
    this.#toResume.push(run);
    this.#resumeNext();
  }

  #resumeNext(): void {
    if (this.#resuming >= MAX_RESUMING || this.#closing.signal.aborted) return;
    const run = this.#toResume.shift();
    if (run === undefined) return;
    this.#resuming++;
    // What goes wrong is told to whoever asks for the run.
    const resumed = this.#goOn(run, { waitMs: 0 }).catch(() => {});
    this.#options.track(resumed).finally(() => {
      this.#resuming--;
      this.#resumeNext();
    });
  }
}

/** Whoever resumes a run, it is its own principal's. */
function requestOf(
  { code, session, timeoutMs, principal }: StoredRequest,
  permission: PermissionLevel = "read_only",
): RunRequest {
  return {
    code,
    permission,
    // Its sessions and skills are the same as before.
    ...(principal !== undefined && { principal: { name: principal, permission } }),
    ...(session !== undefined && { session }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function goneAway({ principal }: StoredRequest): AirlockError {
  return new AirlockError(
    "FORBIDDEN",
    `Cannot go on with run: the configuration has no "${principal}" any more`,
  );
}

function approvalsOf({ result }: StoredRun): readonly string[] {
  return result === undefined ? [] : (JSON.parse(result) as RunResult).approvals;
}
