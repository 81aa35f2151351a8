import type { WorkChild } from "./children.ts";
import type { RecentUse } from "./recent_use.ts";
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

/** Options of {@linkcode chooseNext}. */
export interface ChooseNextOptions {
  readonly use: RecentUse;
  /** Whether a job that has no process yet could have one. */
  canStart(job: Job): boolean;
}

/**
 * The job that goes next: of the principal who used least lately, however many jobs that one has;
 * of its jobs, the one that used least.
 */
export function chooseNext(
  jobs: Iterable<Job>,
  { use, canStart }: ChooseNextOptions,
): Job | undefined {
  let best: Job | undefined;
  for (const job of jobs) {
    if (job.state !== "ready" && job.state !== "queued") continue;
    if (best !== undefined && !goesBefore(job, best, use)) continue;
    if (job.state === "ready" || canStart(job)) best = job;
  }
  return best;
}

function goesBefore(job: Job, other: Job, use: RecentUse): boolean {
  if (job.principal !== other.principal) return use.of(job.principal) < use.of(other.principal);
  if (job.usedMs !== other.usedMs) return job.usedMs < other.usedMs;
  return job.state === "ready" && other.state === "queued";
}

/**
 * The running job that has had its turn and whose principal used more than the one who waits; of the
 * same principal, one that itself used more.
 */
export function chooseToStop(
  running: readonly Job[],
  waiting: Job,
  { use, quantumMs, now }: { use: RecentUse; quantumMs: number; now: number },
): Job | undefined {
  let most: Job | undefined;
  for (const job of running) {
    if (now - job.since < quantumMs || !usedMore(job, waiting, { use, quantumMs })) continue;
    if (most === undefined || use.of(job.principal) > use.of(most.principal)) most = job;
  }
  return most;
}

function usedMore(
  job: Job,
  waiting: Job,
  { use, quantumMs }: { use: RecentUse; quantumMs: number },
): boolean {
  return job.principal === waiting.principal
    ? job.usedMs >= waiting.usedMs + quantumMs
    : use.of(job.principal) > use.of(waiting.principal);
}

/** Who has used so much more must make room. */
const FAR_MORE_MS = 100;

/** The begun job that begins anew later, so that one of somebody who used far less has a process. */
export function chooseToPutBack(
  jobs: Iterable<Job>,
  waiting: Job,
  use: RecentUse,
): Job | undefined {
  // Two who take turns at it would get nowhere.
  if (waiting.wasPutBack) return undefined;
  let most: Job | undefined;
  for (const job of jobs) {
    if (job.child === undefined || job.principal === waiting.principal) continue;
    if (use.of(job.principal) < use.of(waiting.principal) + FAR_MORE_MS) continue;
    if (most === undefined || use.of(job.principal) > use.of(most.principal)) most = job;
  }
  return most;
}
