import type { WorkChild } from "./child_process.ts";
import type { JobBody, OutcomeBody, QuestionBody } from "./work_frames.ts";

/** Where a job is. One that `asks` waits for the host; one that is `ready` could go on. */
export type JobState = "queued" | "running" | "ready" | "asks" | "over";

/** One job on its way through the pool. */
export interface Job {
  readonly id: number;
  readonly principal: string;
  readonly body: JobBody;
  readonly budgetMs: number;
  /** Answers what it asks; never rejects. */
  answer(question: QuestionBody): Promise<OutcomeBody>;
  settle(value: unknown): void;
  fail(error: Error): void;
  state: JobState;
  /** What it runs in, from its start on. */
  child: WorkChild | undefined;
  /** Questions that nothing was sent for yet. */
  open: number;
  /** Answers that it is given when it goes on. */
  answers: [id: number, outcome: OutcomeBody][];
  /** CPU time of this attempt. */
  usedMs: number;
  /** When it was let go on, and until when its time is counted, by `performance.now()`. */
  since: number;
  countedAt: number;
  /** Whether it had to make room for another, and begins anew. */
  wasPutBack: boolean;
}

/** Why a job came to no end of its own. */
export class WorkError extends Error {
  override readonly name = "WorkError";
  /** `budget`: it took too long; `lost`: the process died of it. */
  readonly reason: "budget" | "lost";

  /** Makes the error for the reason. */
  constructor(reason: "budget" | "lost") {
    super(reason === "budget" ? "Cannot do job: it took too long" : "Cannot do job: it ended");
    this.reason = reason;
  }
}
