import type { ProgramRisk, ReachableTool, ShownSkill } from "../../model/approval.ts";
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
  /** The skills that it imports. */
  readonly skills: readonly ShownSkill[];
  /** Masks a short text that a person is shown. */
  readonly mask: (text: string) => string;
  /** Masks a text of any length that a person is shown. */
  readonly maskLong: (text: string) => Promise<string>;
  /** Whether its caller wants a person to approve it, whatever its risk is. */
  readonly approve?: "always" | undefined;
}
