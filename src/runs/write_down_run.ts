import type { BegunRun } from "./begin_run.ts";
import { AirlockError } from "../model/errors.ts";
import { digestOf, keyOfRequest } from "./request_identity.ts";
import type { RunStore } from "../storage/run_store.ts";

/** Options of {@linkcode writeDownRun}. */
export interface WriteDownRunOptions {
  /** Undefined where the program was refused. */
  readonly programHash: string | undefined;
  readonly store: RunStore;
}

/**
 * Writes a run down before anything of its program happens; one that is resumed must be the same.
 *
 * @throws {AirlockError} BUSY where another host has begun it, REPLAY_DIVERGED
 */
export function writeDownRun(run: BegunRun, { programHash, store }: WriteDownRunOptions): void {
  if (run.programHash !== undefined) {
    if (programHash === undefined || programHash === run.programHash) return;
    throw new AirlockError(
      "REPLAY_DIVERGED",
      "Cannot go on: the skills that the program imports have changed since it began",
    );
  }
  const { runId, chance, request: { code, session, timeoutMs, mode, approve }, permission } = run;
  const isNew = store.begin({
    runId,
    ...chance,
    request: {
      code,
      session,
      timeoutMs,
      permission,
      principal: run.caller.name,
      mode: mode ?? "program",
      approve,
    },
    programHash: programHash ?? "",
    requestDigest: digestOf(run.request),
    idempotencyKey: keyOfRequest(run.request),
  });
  if (!isNew) throw new AirlockError("BUSY", "Cannot start run: another host has begun it");
  run.settle(programHash ?? "");
}
