import type { RunResult } from "../../src/model/run_result.ts";

/** A program of the soak, and what must become of it. */
export interface SoakProgram {
  readonly name: string;
  readonly code: string;
  /** Runs of one lane share a workspace, one after the other; else the run has one of its own. */
  readonly workspace: "of the lane" | "its own";
  readonly timeoutMs?: number;
  /** When its client goes away. */
  readonly leavesAfterMs?: number;
  /** Whether the result is what it must be: right for an honest one, contained for a hostile one. */
  fits(result: RunResult): boolean;
}
