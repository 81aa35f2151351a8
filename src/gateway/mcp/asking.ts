import type { InputRequiredResult } from "@modelcontextprotocol/server";
import type { RunEvent, RunRequest } from "../../model/run_request.ts";
import type { RunResult } from "../../model/run_result.ts";

/** How the person at a client is asked for what a run of one call waits for. */
export interface Asking extends Disposable {
  /** How long the run waits for that person. */
  readonly patience: Pick<RunRequest, "waitMs" | "waitSignal">;
  /** Hears what happens in the run. */
  hear(event: RunEvent): void;
  /** Hears of the run that is gone on with, before it is. */
  resumes(runId: string): void;
  /** Whether it goes on waiting for what a run says that it waits for. */
  goesOn(result: RunResult): boolean;
  /** What the call is answered with instead of a result that waits, where that asks. */
  answer(result: RunResult): Promise<InputRequiredResult | undefined>;
}

/** Nobody is there who could be asked. */
export const ASKS_NOBODY: Asking = {
  patience: {},
  hear() {},
  resumes() {},
  goesOn: () => false,
  answer: () => Promise.resolve(undefined),
  [Symbol.dispose]() {},
};
