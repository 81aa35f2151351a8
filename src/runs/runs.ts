import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { canAccess, OWNER_NAME, type Principal } from "../model/permission.ts";
import type { KnownRun, ResumeOptions, RunRequest, ToolRequest } from "../model/run_request.ts";
import type { RunResult } from "../model/run_result.ts";
import { busyWhereNoMore } from "../process/no_more_now.ts";
import type { Skills } from "../program/wrappers.ts";
import type { StoredRun } from "../storage/stored_run.ts";
import { areDecided, cancelledResult, isDecidedInTime } from "./waiting_runs.ts";
import { currentPermission, digestOf, keyOfRequest, storedRequest } from "./read_request.ts";
import type { Recorder } from "./recorder.ts";
import { type CarriedRun, Run, type RunOptions } from "./run.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** Bytes of results that are kept in memory. */
const MAX_FINISHED_BYTES = 16 * 1024 * 1024;
/** Runs that are resumed at once. */
const MAX_RESUMING = 4;
/** Interval of the look for runs whose host died. */
const LOOK_MS = 1_000;

/** A run without a worker that this process resumes when it can go on. */
interface RestingRun extends CarriedRun {
  readonly state: "suspended" | "orphaned";
  readonly principal: string;
  /** Approvals of which one must be decided first. */
  readonly approvals: readonly string[];
  /** What it waits for; "left" where this host could not go on with it, and tries no more. */
  next: "decision" | "turn" | "resumption" | "left";
}

/** A run that has finished, with its result as bytes, which is what it costs in memory. */
interface FinishedRun {
  readonly state: "finished";
  readonly principal: string;
  readonly bytes: Uint8Array;
}

/** Why this process is done with a run. */
type Release = "finished" | "suspended" | "left";

/** What runs are carried out with. */
interface RunsOptions {
  readonly config: Config;
  readonly parts: Pick<
    RuntimeParts,
    "store" | "approvals" | "hostLock" | "principalCpu" | "privacyService"
  >;
  readonly recorder: Recorder;
  /** Executes the program from its start to its end, or to where a person must decide. */
  readonly execute: (run: Run) => Promise<RunResult>;
}

/**
 * The runs of a runtime: one map over the store. To start, resume, cancel and recover a run are
 * transitions of its entry.
 */
export class Runs implements AsyncDisposable {
  readonly #options: RunsOptions;
  readonly #entries = new Map<string, Run | RestingRun | FinishedRun>();
  readonly #work = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #finishedBytes = 0;
  #resuming = 0;
  #isLooking = false;
  #stopWatching: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Lets the end of the runtime wait for work. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const forget = () => void this.#work.delete(work);
    work.then(forget, forget);
    return work;
  }

  /** Number of runs under way. */
  get runningCount(): number {
    return this.#live().length;
  }

  /**
   * Runs a program; a request with a key that was used before gives the same run.
   *
   * @throws {AirlockError} IDEMPOTENCY_CONFLICT where the request under the key was another
   */
  async start(request: RunRequest, { trial }: { trial?: Skills } = {}): Promise<RunResult> {
    const { store } = this.#options.parts;
    const key = keyOfRequest(request);
    if (key === undefined) return await this.#begin(request, { trial });
    const stored = await store.findByKey(key);
    const live = this.#live().find(({ request, result }) =>
      result !== undefined && keyOfRequest(request) === key
    );
    const before = live === undefined ? stored && storedIdentity(stored) : identityOf(live.request);
    if (before !== undefined && !isSame(identityOf(request), before)) throw conflict();
    if (live !== undefined) return await live.result!;
    if (stored === undefined) return await this.#begin(request);
    const { principal: asker } = request;
    return await this.#resume(stored, { ...request, ...(asker !== undefined && { asker }) });
  }

  /** Carries out a call without a program, which is not resumed. */
  async call(
    request: ToolRequest,
    execute: (run: Run) => Promise<RunResult>,
  ): Promise<RunResult> {
    const { config, recorder } = this.#options;
    const run = this.#add(new Run(request, { config }));
    try {
      const result = await execute(run);
      await recorder.ended(run, result, "classic");
      this.#finish(run, result);
      return result;
    } catch (error) {
      this.#drop(run);
      await recorder.failed(run, error);
      throw error;
    }
  }

  /**
   * Resumes a run that has no result yet; gives the result of one that has.
   *
   * @throws {AirlockError} NOT_FOUND or NOT_RESUMABLE
   */
  async resume(runId: string, options: ResumeOptions): Promise<RunResult> {
    const stored = await this.#options.parts.store.find(runId);
    if (stored === undefined || !canAccess(options.asker, principalOf(stored))) {
      throw new AirlockError("NOT_FOUND", "Cannot resume run: none is known by this id");
    }
    return await this.#resume(stored, options);
  }

  /** Resumes all runs whose host has died or will, and those that wait as soon as they may. */
  recover(): void {
    this.#look();
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** What is known of a run; undefined where there is none, or it is another principal's. */
  async find(runId: string, asker: Principal | undefined): Promise<KnownRun | undefined> {
    const entry = this.#entries.get(runId);
    if (entry instanceof Run || entry?.state === "finished") {
      if (!canAccess(asker, entry.principal)) return undefined;
      return entry instanceof Run
        ? { state: "running" }
        : { state: "finished", result: JSON.parse(new TextDecoder().decode(entry.bytes)) };
    }
    const { store, hostLock } = this.#options.parts;
    const stored = await store.find(runId);
    if (stored === undefined || !canAccess(asker, principalOf(stored))) return undefined;
    const result = resultOf(stored);
    if (stored.state !== "running" && result) return { state: stored.state, result };
    return { state: await hostLock.isAlive(stored.owner) ? "running" : "interrupted" };
  }

  /** Cancels a run; false where it is not under way, or is another principal's. */
  async cancel(runId: string, asker: Principal | undefined): Promise<boolean> {
    const { store } = this.#options.parts;
    const found = this.#isLive(runId) ? undefined : await store.find(runId);
    const entry = this.#entries.get(runId);
    if (entry instanceof Run) {
      if (canAccess(asker, entry.principal)) entry.cancel();
      return canAccess(asker, entry.principal);
    }
    if (found === undefined || !canAccess(asker, principalOf(found))) return false;
    const isOurs = entry?.state === "suspended" || entry?.state === "orphaned";
    const stored = isOurs && entry.next !== "left" ? found : await this.#claimOrphaned(found);
    if (stored === undefined) return false;
    const cancelled = this.track(this.#cancelStored(stored).catch(() => {}));
    if (stored.state === "waiting") await cancelled;
    return true;
  }

  /** Cancels the runs of a session that wait here for a person with their workers kept. */
  async cancelWaiting(session: string): Promise<void> {
    const waiting = (await this.#options.parts.approvals.list()).filter((approval) =>
      approval.state === "waiting" && approval.session === session
    );
    const ids = new Set(waiting.map(({ runId }) => runId));
    const runs = this.#live().filter(({ runId }) => ids.has(runId));
    for (const run of runs) run.cancel();
    await Promise.allSettled(runs.map(({ result }) => result));
  }

  /** Keeps a result that takes the place of that of a run which has finished. */
  replaceResult(result: RunResult): void {
    const entry = this.#entries.get(result.runId);
    if (entry?.state === "finished") this.#remember(entry.principal, result);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#timer);
    this.#stopWatching?.();
    for (const run of this.#live()) run.cancel();
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
    for (const entry of this.#entries.values()) {
      if ("lease" in entry) await entry.lease?.[Symbol.asyncDispose]();
    }
  }

  #isLive(runId: string): boolean {
    return this.#entries.get(runId) instanceof Run;
  }

  #live(): Run[] {
    return [...this.#entries.values()].filter((entry) => entry instanceof Run);
  }

  #add(run: Run): Run {
    this.#entries.set(run.runId, run);
    this.#options.recorder.open(run);
    return run;
  }

  async #begin(
    request: RunRequest,
    options: Omit<RunOptions, "config"> = {},
  ): Promise<RunResult> {
    const { config, parts: { principalCpu } } = this.#options;
    if (options.stored === undefined) {
      principalCpu.refuseOver(request.principal?.name ?? OWNER_NAME);
    }
    const run = this.#add(new Run(request, { config, ...options }));
    return await (run.result = this.#complete(run));
  }

  async #resume(stored: StoredRun, { asker, ...options }: ResumeOptions): Promise<RunResult> {
    const { parts: { store, hostLock }, config: { gateway } } = this.#options;
    const isFree = stored.owner === hostLock.hostId || !await hostLock.isAlive(stored.owner);
    const isOpen = stored.state !== "finished" && !this.#isLive(stored.runId);
    const isClaimed = isOpen && isFree && await store.claim(stored);
    const entry = this.#entries.get(stored.runId);
    if (entry instanceof Run) {
      entry.join(options);
      return await entry.result!;
    }
    if (stored.state === "finished") return resultOf(stored)!;
    if (!isClaimed) {
      const now = await store.find(stored.runId);
      if (now?.state === "finished") return resultOf(now)!;
      throw new AirlockError("NOT_RESUMABLE", "Cannot resume run: another host goes on with it", {
        hint: "Ask the other host for its result",
      });
    }
    const carried = entry?.state === "finished" ? undefined : entry;
    const isBegunHere = carried?.isBegunHere ?? false;
    const permission = currentPermission(stored.request, { gateway, isBegunHere, asker });
    return await this.#begin({ ...options, ...storedRequest(stored.request, permission) }, {
      stored,
      carried: carried ?? { isBegunHere },
      refusal: permission === undefined ? unknownPrincipal(stored) : undefined,
    });
  }

  /** Executes a run until it has its result, or until nothing waits for a person any more. */
  async #complete(run: Run): Promise<RunResult> {
    const { parts: { approvals }, recorder, config } = this.#options;
    const stopListening = approvals.onAsked((approval) => {
      if (approval.runId === run.runId) run.emit({ type: "approval", approval });
    });
    const waitUntil = performance.now() + (run.request.waitMs ?? config.approvals.waitMs);
    const closing = this.#closing.signal;
    try {
      if (run.isResumed) await this.#goOn(run);
      for (;;) {
        const result = await this.#attempt(run);
        if (result.status !== "waiting") return await this.#end(run, result);
        run.enter("waiting");
        await recorder.waits(run, result);
        const signals = [run.waitSignal, run.signal, closing];
        const ms = waitUntil - performance.now();
        if (!await isDecidedInTime(result.approvals, { approvals, ms, signals })) {
          const isCancelled = run.signal.aborted && !closing.aborted;
          if (isCancelled) return await this.#end(run, cancelledResult(result));
          return await this.#suspend(run, result);
        }
        const ended = await this.#endedElsewhere(run);
        if (ended !== undefined) return ended;
        await this.#goOn(run);
        run.restart();
      }
    } catch (error) {
      await this.#fail(run);
      throw error;
    } finally {
      stopListening();
    }
  }

  async #attempt(run: Run): Promise<RunResult> {
    try {
      const result = await this.#options.execute(run);
      if (result.status === "waiting") await run.audit.waits(result.approvals);
      return result;
    } catch (thrown) {
      const error = busyWhereNoMore(thrown, "Cannot run program");
      await this.#options.recorder.failed(run, error);
      throw error;
    }
  }

  async #goOn(run: Run): Promise<void> {
    await this.#options.recorder.resumed(run);
    run.enter("running");
  }

  async #end(run: Run, result: RunResult): Promise<RunResult> {
    await this.#options.recorder.ended(run, result, result.mode ?? "program");
    await this.#options.parts.approvals.withdraw({ runId: run.runId });
    this.#finish(run, result);
    return result;
  }

  /** The result of a run that was cancelled with its session while it waited. */
  async #endedElsewhere(run: Run): Promise<RunResult | undefined> {
    const stored = await this.#options.parts.store.find(run.runId);
    const result = stored?.state === "finished" ? resultOf(stored) : undefined;
    if (result !== undefined) this.#finish(run, result);
    return result;
  }

  async #suspend(run: Run, result: RunResult): Promise<RunResult> {
    await this.#release(run, "suspended");
    run.enter("suspended");
    const { runId, principal, isBegunHere, lease } = run;
    const { approvals } = result;
    this.#rest(runId, {
      state: "suspended",
      next: "decision",
      ...{ principal, approvals, isBegunHere, lease },
    });
    return result;
  }

  /** Leaves a run that could not be brought to its result. */
  async #fail(run: Run): Promise<void> {
    const isLeft = await this.#options.recorder.left(run);
    // The caller is told of the first error.
    await this.#release(run, isLeft ? "left" : "finished").catch(() => {});
    if (!isLeft || !run.isRecovered) return this.#drop(run);
    run.enter("orphaned");
    const { runId, principal } = run;
    this.#entries.set(runId, {
      state: "orphaned",
      next: "left",
      ...{ principal, approvals: [], isBegunHere: false },
    });
  }

  #finish(run: Run, result: RunResult): void {
    run.enter("finished");
    this.#remember(run.principal, result);
    this.#release(run, "finished").catch(() => {});
  }

  /** Takes a run without a result out of the map. */
  #drop(run: Run): void {
    if (run.state !== "finished") run.enter(run.state === "starting" ? "finished" : "orphaned");
    if (this.#entries.get(run.runId) === run) this.#entries.delete(run.runId);
  }

  /** Keeps a result; the oldest ones give way. */
  #remember(principal: string, result: RunResult): void {
    const { runId } = result;
    this.#forgetResult(runId);
    const bytes = new TextEncoder().encode(JSON.stringify(result));
    this.#entries.delete(runId);
    this.#entries.set(runId, { state: "finished", principal, bytes });
    this.#finishedBytes += bytes.length;
    for (const [runId, { state }] of this.#entries) {
      if (this.#finishedBytes <= MAX_FINISHED_BYTES) break;
      if (state === "finished") this.#forgetResult(runId);
    }
  }

  #forgetResult(runId: string): void {
    const entry = this.#entries.get(runId);
    if (entry === undefined || !("bytes" in entry)) return;
    this.#finishedBytes -= entry.bytes.length;
    this.#entries.delete(runId);
  }

  /** Closes the privacy session of a run without a session; forgets its tokens when it is over. */
  async #release(run: Run, why: Release): Promise<void> {
    const { config, parts: { privacyService } } = this.#options;
    // Without a file, this process alone knows the tokens of a suspended run.
    if (why === "suspended" && config.journal.keep === "memory") return;
    const { lease } = run;
    run.lease = undefined;
    if (run.session !== undefined) return;
    await this.track((async () => {
      await lease?.[Symbol.asyncDispose]();
      if (why === "finished") await privacyService.forget(run.runId);
    })());
  }

  /** Keeps a run in mind until one of its approvals is decided, or its turn comes. */
  #rest(runId: string, run: RestingRun): void {
    this.#entries.delete(runId);
    this.#entries.set(runId, run);
    if (this.#closing.signal.aborted) return;
    this.#stopWatching ??= this.#options.parts.approvals.onChange(() => this.#lookForDecisions());
    this.#lookForDecisions();
  }

  /** What cannot be read now is read at the next change. */
  #lookForDecisions(): void {
    this.track(this.#resumeDecided().catch(() => {}));
  }

  async #resumeDecided(): Promise<void> {
    const { approvals } = this.#options.parts;
    for (const [, entry] of this.#resting()) {
      if (entry.next !== "decision" || !await areDecided(entry.approvals, approvals)) continue;
      if (entry.next === "decision") entry.next = "turn";
    }
    this.#resumeDue();
    if (this.#resting().some(([, { next }]) => next === "decision")) return;
    this.#stopWatching?.();
    this.#stopWatching = undefined;
  }

  #resting(): [string, RestingRun][] {
    return [...this.#entries].filter((entry): entry is [string, RestingRun] => "next" in entry[1]);
  }

  #resumeDue(): void {
    const due = this.#resting().filter(([, { next }]) => next === "turn");
    for (const [runId, entry] of due) {
      if (this.#resuming >= MAX_RESUMING || this.#closing.signal.aborted) return;
      entry.next = "resumption";
      this.#resuming++;
      // An error is told to the caller that asks for the run.
      const resumed = this.#resumeStored(runId).catch(() => {
        if (this.#entries.get(runId) !== entry) return;
        if (entry.isRecovered) entry.next = "left";
        else this.#entries.delete(runId);
      });
      this.track(resumed).finally(() => {
        this.#resuming--;
        this.#resumeDue();
      });
    }
  }

  async #resumeStored(runId: string): Promise<void> {
    const stored = await this.#options.parts.store.find(runId);
    if (stored !== undefined && stored.state !== "finished") {
      await this.#resume(stored, { waitMs: 0 });
    } else this.#entries.delete(runId);
  }

  async #cancelStored(stored: StoredRun): Promise<void> {
    if (stored.state === "running") {
      // Its result tells what it has done until then; nothing more is done.
      await this.#resume(stored, { signal: AbortSignal.abort() });
      return;
    }
    const waiting = resultOf(stored);
    if (waiting === undefined || stored.state === "finished") return;
    const { config } = this.#options;
    const request = storedRequest(stored.request, stored.request.permission);
    const entry = this.#entries.get(stored.runId);
    const carried = entry?.state === "finished" ? undefined : entry;
    const run = this.#add(new Run(request, { config, stored, carried }));
    if (waiting.risk !== null) run.assessed(waiting.risk);
    await this.#end(run, cancelledResult(waiting));
  }

  /** What cannot be read now is read at the next look. */
  #look(): void {
    if (this.#isLooking || this.#closing.signal.aborted) return;
    this.#isLooking = true;
    this.track(this.#takeOrphaned().catch(() => {}).finally(() => this.#isLooking = false));
  }

  /** Claims the runs whose host has died; a host that dies writes nothing. */
  async #takeOrphaned(): Promise<void> {
    const { store, hostLock } = this.#options.parts;
    const dead: string[] = [];
    for (const owner of await store.index.owners()) {
      if (!await hostLock.isAlive(owner)) dead.push(owner);
    }
    const orphaned = (await Promise.all(dead.map((owner) => store.unfinished(owner)))).flat();
    const ids = new Set(orphaned.map(({ runId }) => runId));
    for (const [runId, { next }] of this.#resting()) {
      if (next === "left" && !ids.has(runId)) this.#entries.delete(runId);
    }
    // A run that this host could not go on with is not taken up time after time.
    for (const run of orphaned) if (!this.#entries.has(run.runId)) await this.#take(run);
  }

  async #take(run: StoredRun): Promise<void> {
    const stored = await this.#claimOrphaned(run);
    if (stored === undefined || this.#isLive(run.runId)) return;
    const carried = { isBegunHere: false, isRecovered: true, principal: principalOf(stored) };
    const isRunning = stored.state === "running";
    const state = isRunning ? "orphaned" : "suspended";
    this.#rest(run.runId, {
      ...carried,
      state,
      next: isRunning ? "turn" : "decision",
      approvals: approvalsOf(stored),
    });
  }

  /** Takes a run over whose host has died; undefined where it is another's. */
  async #claimOrphaned(run: StoredRun): Promise<StoredRun | undefined> {
    const { store, hostLock } = this.#options.parts;
    const isOrphaned = run.state !== "finished" && !await hostLock.isAlive(run.owner);
    return isOrphaned && await store.claim(run) ? await store.find(run.runId) : undefined;
  }
}

function principalOf({ request: { principal = OWNER_NAME } }: StoredRun): string {
  return principal;
}

function resultOf({ result }: StoredRun): RunResult | undefined {
  return result === undefined ? undefined : JSON.parse(result);
}

/** Approvals that a stored run waits for; a result that cannot be read names none. */
function approvalsOf(stored: StoredRun): readonly string[] {
  try {
    return resultOf(stored)?.approvals ?? [];
  } catch {
    return [];
  }
}

/** What a request under a key asks for. */
interface RequestIdentity {
  readonly digest: string;
  /** Absent in what earlier versions stored. */
  readonly mode: RunRequest["mode"];
}

function identityOf(request: RunRequest): RequestIdentity {
  return { digest: digestOf(request), mode: request.mode ?? "program" };
}

function storedIdentity({ requestDigest: digest, request: { mode } }: StoredRun): RequestIdentity {
  return { digest, mode };
}

function isSame(asked: RequestIdentity, before: RequestIdentity): boolean {
  return before.digest === asked.digest && (before.mode ?? asked.mode) === asked.mode;
}

function conflict(): AirlockError {
  return new AirlockError(
    "IDEMPOTENCY_CONFLICT",
    "Cannot start run: another request was made with the same idempotency key",
  );
}

function unknownPrincipal({ request: { principal } }: StoredRun): AirlockError {
  return new AirlockError(
    "FORBIDDEN",
    `Cannot go on with run: the configuration has no "${principal}" any more`,
  );
}
