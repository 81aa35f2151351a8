import { AirlockError } from "../model/errors.ts";
import { OWNER_NAME } from "../model/permission.ts";
import type { RunResult } from "../model/run_result.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** Options of {@linkcode moduleOfRun}. */
export interface ModuleOfRunOptions extends Pick<RuntimeParts, "examiner"> {
  /** Whose run it must be. */
  readonly owner: string;
  readonly store: RunStore;
}

/**
 * The program of a run that completed, as a module that others import.
 *
 * @throws {AirlockError} NOT_FOUND where the owner has no such run, REQUEST_INVALID where it did not
 * complete or its program cannot be a module
 */
export async function moduleOfRun(
  runId: string,
  { owner, store, examiner }: ModuleOfRunOptions,
): Promise<string> {
  const run = store.find(runId);
  if (run === undefined || (run.request.principal ?? OWNER_NAME) !== owner) {
    throw new AirlockError("NOT_FOUND", `Cannot save skill: there is no run "${runId}"`);
  }
  const result = run.state === "finished" ? JSON.parse(run.result!) as RunResult : undefined;
  if (result?.status !== "completed") {
    throw new AirlockError("REQUEST_INVALID", `Cannot save skill: run "${runId}" did not complete`);
  }
  return await examiner.asModule(run.request.code, { principal: owner });
}
