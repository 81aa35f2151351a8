import type { ProgramRisk, ReachableTool } from "./approval.ts";
import type { Approvals } from "./approvals.ts";

/** A run of which is decided what may go on, and its program. */
export interface GatedRun {
  readonly runId: string;
  readonly programHash: string;
  /** Whose run it is. */
  readonly principal: string;
  readonly session?: string;
  readonly risk: ProgramRisk;
  /** All that the program can call. */
  readonly tools: readonly ReachableTool[];
  readonly approvals: Approvals;
  /** The program, as its caller gave it. */
  readonly code: string;
  /** Masks a text that a person is shown. */
  readonly say: (text: string) => string;
}
