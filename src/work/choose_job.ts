import type { Job } from "./job.ts";
import type { RecentUse } from "./recent_use.ts";

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
