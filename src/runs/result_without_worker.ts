import type { RunPrivacy } from "../privacy/run_privacy.ts";
import type { Ending } from "../result/outcome_of.ts";
import { createRedactor } from "../result/redactor.ts";
import type { Effect, RunResult } from "../model/run_result.ts";
import { shapeResult } from "../result/shape_result.ts";
import { storedEffects } from "../calls/refusals.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { BegunRun } from "./begin_run.ts";
import { measureSpared } from "./measure_spared.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** Options of {@linkcode resultWithoutWorker}. */
export interface ResultWithoutWorkerOptions {
  readonly run: BegunRun;
  readonly privacy: RunPrivacy;
  readonly parts: Pick<RuntimeParts, "catalogue" | "store">;
  /** What it has changed. Default: what is written down of the run before. */
  readonly effects?: readonly Effect[];
  /** Where a value that is too large for a model goes; absent where there is none. */
  readonly workspace?: Workspace;
}

/** The result of what needed no worker. */
export async function resultWithoutWorker(
  ending: Ending,
  { run, privacy, parts, effects, workspace }: ResultWithoutWorkerOptions,
): Promise<RunResult> {
  const spared = await measureSpared(run, parts.catalogue)();
  const hidePaths = (text: string) => text;
  return await shapeResult({
    ...run.record(),
    ending,
    effects: [...effects ?? storedEffects(parts.store.record(run.runId).calls).values()],
    usage: { cpuMs: 0, peakMemoryBytes: 0 },
    spared,
    attempts: [],
    warnings: [],
    hidePaths,
    redactor: createRedactor({ privacy, principal: run.principal, hidePaths }),
    ...(workspace && { workspace }),
  });
}
