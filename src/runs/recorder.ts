import type { AuditTrail, RunStart } from "../audit/audit_trail.ts";
import { AirlockError } from "../model/errors.ts";
import type { RunResult } from "../model/run_result.ts";
import type { RunJournal } from "../storage/run_journal.ts";
import type { StoredRecord } from "../storage/stored_run.ts";
import { digestOf, keyOfRequest } from "./read_request.ts";
import type { Run } from "./run.ts";

/** Told of runs after both sinks have them; what a listener does is not waited for. */
export interface RunListener {
  /** A run has its result. */
  ended?(run: Run, result: RunResult, mode: RunStart["mode"]): void;
  /** A request for a program has its result, be it that of the fallback. */
  answered?(result: RunResult): void;
}

/**
 * Writes down what happens in runs: first in the journal and the audit, which are awaited, then to
 * the listeners. What cannot be written down does not happen.
 */
export class Recorder {
  readonly #store: RunJournal;
  readonly #audit: AuditTrail;
  readonly #listeners: readonly RunListener[];

  constructor(
    { store, audit, listeners }: {
      readonly store: RunJournal;
      readonly audit: AuditTrail;
      readonly listeners: readonly RunListener[];
    },
  ) {
    this.#store = store;
    this.#audit = audit;
    this.#listeners = listeners;
  }

  /** Opens the audit of a run. */
  open(run: Run): void {
    run.audit = this.#audit.begin(run);
  }

  /**
   * Writes a run to the journal before its program does anything; one that is resumed must be the
   * same.
   *
   * @param programHash undefined where the program was refused
   * @throws {AirlockError} BUSY where another host has begun it, REPLAY_DIVERGED
   */
  async admitted(run: Run, programHash: string | undefined): Promise<void> {
    if (run.programHash !== undefined) {
      if (programHash === undefined || programHash === run.programHash) return;
      throw new AirlockError(
        "REPLAY_DIVERGED",
        "Cannot go on: the skills that the program imports have changed since it began",
      );
    }
    const { code, session, timeoutMs, mode = "program", approve } = run.request;
    const { permission, principal } = run;
    const isNew = await this.#store.begin({
      runId: run.runId,
      ...run.chance,
      request: { code, session, timeoutMs, permission, principal, mode, approve },
      programHash: programHash ?? "",
      requestDigest: digestOf(run.request),
      idempotencyKey: keyOfRequest(run.request),
    });
    if (!isNew) throw new AirlockError("BUSY", "Cannot start run: another host has begun it");
    run.settle(programHash ?? "");
  }

  /** Writes the start of a run to the audit: before it, nothing of the run has happened. */
  async started(run: Run, start: RunStart): Promise<void> {
    await run.audit.started(start);
  }

  /** What the journal has of a run. */
  async recordOf({ runId, isResumed }: Run): Promise<StoredRecord> {
    return isResumed ? await this.#store.record(runId) : { calls: [], clockReads: [] };
  }

  /** Writes what the program's clock showed, before a call that may depend on it. */
  async clockRead({ runId }: Run, reads: readonly number[]): Promise<void> {
    await this.#store.addClockReads(runId, reads);
  }

  /** Writes that a run waits for persons. */
  async waits(run: Run, result: RunResult): Promise<void> {
    await this.#store.pause(run.runId, JSON.stringify(result));
  }

  /** Writes that a run is under way again. */
  async resumed(run: Run): Promise<void> {
    await this.#store.resume(run.runId);
  }

  /** Writes the result of a run; a run that is not in the audit has not ended. */
  async ended(run: Run, result: RunResult, mode: RunStart["mode"]): Promise<void> {
    await run.audit.ended(result);
    if (run.isResumed) await this.#store.finish(run.runId, JSON.stringify(result));
    for (const { ended } of this.#listeners) ended?.(run, result, mode);
    run.trace.end(result);
  }

  /** Writes that a run came to no result. */
  async failed(run: Run, error: unknown): Promise<void> {
    run.trace.end(undefined);
    await run.audit.gaveUp(error instanceof AirlockError ? error.code : "INTERNAL");
  }

  /**
   * Leaves a run that cannot go on: one that has called something to the process that resumes it.
   * One that has called nothing is forgotten, and may be requested again under its key. Tells
   * whether it is left.
   */
  async left({ runId, isResumed }: Run): Promise<boolean> {
    if (!isResumed) return false;
    const isLeft = (await this.#store.record(runId)).calls.length > 0;
    // A run that another host has claimed is left already.
    if (isLeft) await this.#store.release(runId).catch(() => {});
    else await this.#store.forget(runId);
    return isLeft;
  }

  /** Tells the listeners of the result that the caller of a program is given. */
  answered(result: RunResult): void {
    for (const { answered } of this.#listeners) answered?.(result);
  }
}
