import type { Config } from "../config/config.ts";
import { AirlockError } from "../model/errors.ts";
import { canAccess, OWNER_NAME } from "../model/permission.ts";
import type { RunResult } from "../model/run_result.ts";
import type { HostLock } from "../storage/host_lock.ts";
import type { StoredRequest, StoredRun } from "../storage/stored_run.ts";
import { beginRun, type BeginRunOptions, type BegunRun } from "./begin_run.ts";
import { cancelledResult } from "./cancel_waiting_runs.ts";
import { runToCompletion } from "./run_to_completion.ts";
import { KeyedRuns } from "./keyed_runs.ts";
import { OrphanedRuns } from "./orphaned_runs.ts";
import { currentPermission } from "./current_permission.ts";
import { SuspendedRuns } from "./suspended_runs.ts";
import { requestAgain } from "./request_again.ts";
import { RunAudience } from "./run_audience.ts";
import { RunEnds, type RunEndsOptions } from "./run_ends.ts";
import type { KnownRun, ResumeOptions, RunRequest } from "../model/run_request.ts";

/** Options of {@linkcode DurableRuns}. */
export interface DurableRunsOptions extends RunEndsOptions {
  readonly config: Config;
  readonly hostLock: HostLock;
  /** Runs the program from its start to its end, or to where a person must decide. */
  readonly attempt: (run: BegunRun) => Promise<RunResult>;
  /** Lets a principal begin a new run; throws where it may not now. */
  readonly admit: (principal: string) => void;
  /** Lets the end of the runtime wait for what nobody else waits for. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
}

/** Runs that outlive a wait for a person, and the process that they were begun in. */
export class DurableRuns {
  readonly #options: DurableRunsOptions;
  readonly #underWay = new Map<string, { result: Promise<RunResult>; audience: RunAudience }>();
  /** Runs that this process was asked for and that have not ended. */
  readonly #begunHere = new Set<string>();
  readonly #keyed: KeyedRuns;
  readonly #putAway: SuspendedRuns;
  readonly #lost: OrphanedRuns;
  readonly #ends: RunEnds;
  readonly #closing = new AbortController();

  constructor(options: DurableRunsOptions) {
    this.#options = options;
    this.#keyed = new KeyedRuns({
      ...options,
      begin: (request) => this.#begin(request),
      goOn: (stored, request) => {
        const { principal: asker } = request;
        return this.#goOn(stored, { ...request, ...(asker !== undefined && { asker }) });
      },
    });
    this.#putAway = new SuspendedRuns({
      ...options,
      goOn: (run) => this.#goOn(run, { waitMs: 0 }),
    });
    this.#lost = new OrphanedRuns({
      ...options,
      goOn: (run) => {
        if (run.state === "running") this.#putAway.resumeLater(run);
        else this.#putAway.add(run.runId, approvalsOf(run));
      },
    });
    this.#ends = new RunEnds({
      ...options,
      letGo: (runId, why) => {
        if (why !== "waits") this.#begunHere.delete(runId);
        return options.letGo(runId, why);
      },
    });
  }

  /** Runs what is asked for; what was asked for under the same key is not run again. */
  async start(request: RunRequest): Promise<RunResult> {
    return await this.#keyed.start(request);
  }

  /**
   * Goes on with a run that has no result yet; gives the result of one that has.
   *
   * @throws {AirlockError} NOT_FOUND or NOT_RESUMABLE
   */
  async resume(runId: string, options: ResumeOptions): Promise<RunResult> {
    const { asker } = options;
    const stored = this.#options.store.find(runId);
    if (stored === undefined || !canAccess(asker, stored.request.principal ?? OWNER_NAME)) {
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
    const isOurs = this.#putAway.takeBack(runId);
    const stored = isOurs ? found : found && this.#lost.claim(found);
    if (stored === undefined) return isOurs;
    if (stored.state === "running") {
      // It says what it has done until then, and does no more.
      track(this.#goOn(stored, { signal: AbortSignal.abort() }).catch(() => {}));
      return true;
    }
    if (stored.result === undefined || stored.state === "finished") return true;
    const result = cancelledResult(JSON.parse(stored.result));
    const run = beginRun(requestAgain(stored.request, stored.request.permission), {
      config,
      registry,
      stored,
    });
    if (result.risk !== null) run.assessed(result.risk);
    this.#ends.end(result, run);
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
    this.#putAway[Symbol.dispose]();
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
    this.#putAway.forget(runId);
    const isBegunHere = this.#begunHere.has(runId);
    const permission = currentPermission(stored.request, { gateway, isBegunHere, asker });
    return await this.#begin({ ...options, ...requestAgain(stored.request, permission) }, {
      stored,
      refusal: permission === undefined ? goneAway(stored.request) : undefined,
    });
  }

  async #begin(
    request: RunRequest,
    again: Pick<BeginRunOptions, "stored" | "refusal"> = {},
  ): Promise<RunResult> {
    const { config, registry } = this.#options;
    if (again.stored === undefined) this.#options.admit(request.principal?.name ?? OWNER_NAME);
    const audience = new RunAudience();
    audience.join(request);
    const run = beginRun(request, { config, registry, audience, ...again });
    if (again.stored === undefined) this.#begunHere.add(run.runId);
    const result = runToCompletion(run, {
      ...this.#options,
      ends: this.#ends,
      waitMs: config.approvals.waitMs,
      putAway: (runId, approvals) => this.#putAway.add(runId, approvals),
      closing: this.#closing.signal,
    });
    this.#underWay.set(run.runId, { result, audience });
    try {
      return await result;
    } finally {
      this.#underWay.delete(run.runId);
    }
  }
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
