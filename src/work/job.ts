import type { WorkChild } from "./children.ts";
import type { JobBody, OutcomeBody, QuestionBody } from "./work_frames.ts";

export interface Job {
  readonly id: number;
  readonly principal: string;
  readonly body: JobBody;
  readonly budgetMs: number;
  /** Answers its questions; never rejects. */
  answer(question: QuestionBody): Promise<OutcomeBody>;
  settle(value: unknown): void;
  fail(error: Error): void;
  /** `asks`: it waits for the host; `ready`: it could run on. */
  state: "queued" | "running" | "ready" | "asks" | "over";
  /** The process that it runs in, from its start on. */
  child: WorkChild | undefined;
  /** Questions whose answers were not sent yet. */
  open: number;
  /** Answers that it gets when it is resumed. */
  answers: [id: number, outcome: OutcomeBody][];
  usedMs: number;
  /** When it was resumed, and until when its time is counted, by `performance.now()`. */
  since: number;
  countedAt: number;
  /** Whether it lost its process to another job, and begins anew. */
  wasPutBack: boolean;
}

/** The error of a job that did not end by itself. */
export class WorkError extends Error {
  override readonly name = "WorkError";
  /** `budget`: it took too long; `lost`: the process died of it. */
  readonly reason: "budget" | "lost";

  constructor(reason: "budget" | "lost") {
    super(reason === "budget" ? "Cannot do job: it took too long" : "Cannot do job: it ended");
    this.reason = reason;
  }
}

/**
 * Returns the job that runs next: of the principal that used least lately, however many jobs it has,
 * the one that used least.
 */
export function chooseNext(
  jobs: Iterable<Job>,
  { use, canStart }: {
    readonly use: RecentUse;
    /** Tells whether a job without a process could have one. */
    canStart(job: Job): boolean;
  },
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
 * Returns the running job that has had its turn and whose principal used more than that of the waiting
 * one; of the same principal, one that itself used more.
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

/** Use by which a principal exceeds another before its job loses its process. */
const FAR_MORE_MS = 100;

/** Returns the begun job that begins anew later, so that one of a principal that used far less runs. */
export function chooseToPutBack(
  jobs: Iterable<Job>,
  waiting: Job,
  use: RecentUse,
): Job | undefined {
  // Two jobs that took turns at this would never end.
  if (waiting.wasPutBack) return undefined;
  let most: Job | undefined;
  for (const job of jobs) {
    if (job.child === undefined || job.principal === waiting.principal) continue;
    if (use.of(job.principal) < use.of(waiting.principal) + FAR_MORE_MS) continue;
    if (most === undefined || use.of(job.principal) > use.of(most.principal)) most = job;
  }
  return most;
}

const HALF_LIFE_MS = 10_000;
/** Use below this counts as none. */
const NOTHING_MS = 1;
/** Principals remembered before those without use are forgotten. */
const MANY = 256;

/** The CPU time that each principal used lately. */
export class RecentUse {
  readonly #accounts = new Map<string, { readonly usedMs: number; readonly atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(principal: string, ms: number): void {
    const usedMs = this.of(principal) + ms;
    this.#accounts.set(principal, { usedMs, atMs: this.#now() });
    if (this.#accounts.size > MANY) this.#forget();
  }

  /** Returns the use of late, in milliseconds. */
  of(principal: string): number {
    const account = this.#accounts.get(principal);
    if (account === undefined) return 0;
    return account.usedMs * 2 ** ((account.atMs - this.#now()) / HALF_LIFE_MS);
  }

  #forget(): void {
    for (const principal of this.#accounts.keys()) {
      if (this.of(principal) < NOTHING_MS) this.#accounts.delete(principal);
    }
  }
}
