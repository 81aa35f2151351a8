import { AirlockError } from "../model/errors.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { type OutcomeBody, type QuestionBody, unpackError, WORK_FRAME } from "./work_frames.ts";
import { type ChildCommand, Children, type WorkChild } from "./children.ts";
import {
  chooseNext,
  chooseToPutBack,
  chooseToStop,
  type Job,
  RecentUse,
  WorkError,
} from "./job.ts";

interface JobScheduleOptions {
  readonly command: ChildCommand;
  readonly reaper: Reaper;
  readonly slots: number;
  readonly restMs: number;
  onCpu(principal: string, ms: number): void;
}

/** Children beyond those that run: for stopped jobs of other principals, and for a short one. */
const SPARE_CHILDREN = 3;
/** One principal's share of the spare children, for each kind of job. */
const SPARE_EACH = 1;
/** Children that wait for the host, which may wait long for a server. */
const MOST_ASKING = 8;
const MOST_ASKING_EACH = 3;
/** How long a job runs on while another principal's waits. */
const QUANTUM_MS = 20;
/** How often use is counted when nothing waits. */
const WATCH_MS = 100;

/**
 * Runs at most so many jobs at once, those first whose principals used least lately. A job that has
 * had its turn is stopped while another principal's waits, and resumed later.
 */
export class JobSchedule implements AsyncDisposable {
  readonly #options: JobScheduleOptions;
  readonly #use = new RecentUse();
  readonly #jobs = new Set<Job>();
  readonly #byChild = new Map<WorkChild, Job>();
  readonly #children: Children;
  /** Children that have sent a frame. */
  readonly #started = new WeakSet<WorkChild>();
  #watch: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: JobScheduleOptions) {
    this.#options = options;
    const { command, reaper, restMs, slots } = options;
    this.#children = new Children({
      most: () => slots + SPARE_CHILDREN + Math.min(MOST_ASKING, this.#asking()),
      ...{ command, reaper, restMs },
      onFrame: (...frame) => this.#onFrame(...frame),
      onEnd: (child) => this.#onEnd(child),
    });
  }

  add(job: Job): void {
    this.#jobs.add(job);
    this.#next();
  }

  drop(job: Job, error: Error): void {
    if (!this.#jobs.has(job)) return;
    this.#count();
    this.#finish(job);
    job.fail(error);
    this.#next();
  }

  /** Runs what may run, in place of what has had its turn. */
  #next(): void {
    if (this.#isOver) return;
    this.#count();
    for (;;) {
      const canStart = (job: Job) => this.#canStart(job);
      const next = chooseNext(this.#jobs, { use: this.#use, canStart });
      if (next === undefined) break;
      const running = this.#running();
      if (running.length >= this.#options.slots) {
        const turn = { use: this.#use, quantumMs: QUANTUM_MS, now: performance.now() };
        const stopped = chooseToStop(running, next, turn);
        if (stopped === undefined) break;
        stopped.child!.stop();
        stopped.state = "ready";
      }
      this.#run(next);
    }
    this.#keepWatch();
  }

  #asking(): number {
    return this.#byChild.values().filter(({ state }) => state === "asks").toArray().length;
  }

  #running(): Job[] {
    return [...this.#jobs].filter(({ state }) => state === "running");
  }

  #canStart(job: Job): boolean {
    // Jobs of another kind, such as searches of what it returned, do not wait for its programs.
    const own = this.#byChild.values().filter(({ principal, body }) =>
      principal === job.principal && body.name === job.body.name
    ).toArray();
    const working = own.filter(({ state }) => state !== "asks");
    if (working.length >= this.#options.slots + SPARE_EACH) return false;
    if (own.length - working.length >= MOST_ASKING_EACH) return false;
    return this.#children.hasRoom || chooseToPutBack(this.#jobs, job, this.#use) !== undefined;
  }

  #run(job: Job): void {
    job.state = "running";
    job.since = job.countedAt = performance.now();
    if (job.child === undefined) this.#start(job);
    else job.child.resume();
    for (const [id, outcome] of job.answers.splice(0)) this.#answer(job, id, outcome);
  }

  #start(job: Job): void {
    if (!this.#children.hasRoom) this.#putBack(chooseToPutBack(this.#jobs, job, this.#use)!);
    const child = this.#children.take();
    child.takeCpuMs();
    job.child = child;
    this.#byChild.set(child, job);
    void child.send(WORK_FRAME.job, job.id, job.body);
  }

  #putBack(job: Job): void {
    this.#byChild.delete(job.child!);
    this.#children.end(job.child!);
    const anew = { state: "queued", child: undefined, open: 0, answers: [], usedMs: 0 };
    Object.assign(job, { ...anew, wasPutBack: true });
  }

  #answer(job: Job, id: number, outcome: OutcomeBody): void {
    job.open--;
    void job.child!.send(WORK_FRAME.answer, id, outcome);
  }

  /** Counts the use of running jobs; ends those over their budgets. */
  #count(): void {
    const now = performance.now();
    for (const job of this.#running()) {
      const wallMs = now - job.countedAt;
      const cpuMs = job.child!.takeCpuMs() ?? wallMs;
      job.countedAt = now;
      job.usedMs += cpuMs;
      this.#use.add(job.principal, wallMs);
      if (cpuMs > 0) this.#options.onCpu(job.principal, cpuMs);
      if (job.usedMs <= job.budgetMs) continue;
      this.#finish(job);
      job.fail(new WorkError("budget"));
    }
  }

  #finish(job: Job): void {
    this.#jobs.delete(job);
    job.state = "over";
    if (job.child === undefined) return;
    this.#byChild.delete(job.child);
    this.#children.end(job.child);
  }

  #keepWatch(): void {
    clearTimeout(this.#watch);
    if (this.#running().length === 0) return;
    const isWaitedFor = [...this.#jobs].some(({ state }) =>
      state === "queued" || state === "ready"
    );
    this.#watch = setTimeout(() => this.#next(), isWaitedFor ? QUANTUM_MS : WATCH_MS);
  }

  #onFrame(child: WorkChild, type: number, id: number, body: unknown): void {
    this.#started.add(child);
    const job = this.#byChild.get(child);
    if (job === undefined) return;
    if (type === WORK_FRAME.question) void this.#ask(job, child, id, body as QuestionBody);
    else if (type === WORK_FRAME.waits) this.#wait(job);
    else if (type === WORK_FRAME.outcome && id === job.id) this.#take(job, body as OutcomeBody);
  }

  async #ask(job: Job, child: WorkChild, id: number, question: QuestionBody): Promise<void> {
    job.open++;
    const outcome = await job.answer(question);
    // The job may be over, or have begun anew.
    if (job.child !== child || job.state === "over") return;
    if (job.state === "running") return this.#answer(job, id, outcome);
    job.answers.push([id, outcome]);
    if (job.state === "asks") job.state = "ready";
    this.#next();
  }

  #wait(job: Job): void {
    if (job.open === 0 || job.state !== "running") return;
    this.#count();
    if (job.state === "running") job.state = "asks";
    this.#next();
  }

  #take(job: Job, outcome: OutcomeBody): void {
    this.#count();
    if (job.state === "over") return;
    const child = job.child!;
    // The frame may have come before the child was stopped.
    child.resume();
    this.#jobs.delete(job);
    this.#byChild.delete(child);
    job.state = "over";
    this.#children.giveBack(child);
    if ("error" in outcome) job.fail(unpackError(outcome.error));
    else job.settle(outcome.value);
    this.#next();
  }

  #onEnd(child: WorkChild): void {
    const job = this.#byChild.get(child);
    if (job === undefined) return;
    this.#count();
    this.#finish(job);
    job.fail(
      this.#started.has(child)
        ? new WorkError("lost")
        : new AirlockError("INTERNAL", "Cannot do job: its process does not start"),
    );
    this.#next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#watch);
    for (const job of [...this.#jobs]) {
      this.#finish(job);
      job.fail(new AirlockError("BUSY", "Cannot do job: the runtime has ended"));
    }
    await this.#children[Symbol.asyncDispose]();
  }
}
