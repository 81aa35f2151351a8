import { AirlockError } from "../model/errors.ts";
import type { Launchers } from "../process/find_command.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { type OutcomeBody, packError, type QuestionBody } from "./work_frames.ts";
import type { Job } from "./job.ts";
import { JobSchedule } from "./job_schedule.ts";
import { workChildCommand } from "./children.ts";

/** Does work that grows with a caller's bytes in processes that can be stopped and killed. */
export interface WorkPool extends AsyncDisposable {
  /**
   * Does a job of the child's table.
   *
   * @throws {AirlockError} BUSY where too many jobs of the principal wait, CANCELLED, and what
   * the job throws
   * @throws {WorkError} where it took too long or the process died of it
   */
  run(name: string, input: unknown, options: RunJobOptions): Promise<unknown>;
}

interface RunJobOptions {
  /** The principal that its CPU time is counted for. */
  readonly principal: string;
  /** The most CPU time that it may use. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
  /** The questions that it may ask, by name. */
  readonly lookups?: Lookups | undefined;
}

/** Answers the questions of a job, by name; answers cross as JSON. */
export type Lookups = Readonly<Record<string, (...args: never[]) => unknown>>;

interface WorkPoolOptions {
  readonly reaper: Reaper;
  readonly launchers: Launchers | Promise<Launchers>;
  /** The module of the children. Default: the project's own. */
  readonly entry?: URL;
  /** How many jobs run at once. Default: one less than there are processors, and 1 to 8. */
  readonly slots?: number;
  /** How long a child without work is kept. Default: a minute. */
  readonly restMs?: number;
  /** Called with the CPU time of a principal's work. */
  onCpu?(principal: string, ms: number): void;
}

const MOST_SLOTS = 8;
const REST_MS = 60_000;
const MOST_WAITING_EACH = 64;
const MOST_WAITING = 1_024;
/** A job that is not done by so many times its budget is BUSY: the machine is too busy. */
const PATIENCE = 30;
const LEAST_PATIENCE_MS = 30_000;

export function createWorkPool(options: WorkPoolOptions): WorkPool {
  return new ChildPool(options);
}

class ChildPool implements WorkPool {
  readonly #options: WorkPoolOptions;
  #schedule: Promise<JobSchedule> | undefined;
  readonly #waiting = new Map<string, number>();
  #count = 0;
  #lastId = 0;
  #isOver = false;

  constructor(options: WorkPoolOptions) {
    this.#options = options;
  }

  async run(name: string, input: unknown, options: RunJobOptions): Promise<unknown> {
    const { principal } = options;
    if (options.signal?.aborted) throw cancelled();
    this.#admit(principal);
    try {
      this.#schedule ??= this.#open();
      const schedule = await this.#schedule;
      // The runtime may have ended meanwhile.
      if (this.#isOver) throw busy("the runtime has ended");
      return await this.#runIn(schedule, { name, input }, options);
    } finally {
      this.#leave(principal);
    }
  }

  #admit(principal: string): void {
    const own = this.#waiting.get(principal) ?? 0;
    if (this.#isOver) throw busy("the runtime has ended");
    if (own >= MOST_WAITING_EACH || this.#count >= MOST_WAITING) throw busy("too many wait");
    this.#waiting.set(principal, own + 1);
    this.#count++;
  }

  #leave(principal: string): void {
    const own = this.#waiting.get(principal)! - 1;
    if (own === 0) this.#waiting.delete(principal);
    else this.#waiting.set(principal, own);
    this.#count--;
  }

  async #open(): Promise<JobSchedule> {
    const { launchers, entry, reaper, restMs = REST_MS, slots = usualSlots() } = this.#options;
    const command = await workChildCommand(await launchers, entry);
    const onCpu = (principal: string, ms: number) => this.#options.onCpu?.(principal, ms);
    return new JobSchedule({ command, reaper, restMs, slots, onCpu });
  }

  async #runIn(
    schedule: JobSchedule,
    body: Job["body"],
    { principal, budgetMs, signal, lookups = {} }: RunJobOptions,
  ): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const job: Job = {
      id: ++this.#lastId,
      ...{ principal, body, budgetMs, settle: resolve, fail: reject },
      answer: (question) => answerWith(lookups, question),
      ...{ state: "queued", child: undefined, open: 0, answers: [], wasPutBack: false },
      ...{ usedMs: 0, since: 0, countedAt: 0 },
    };
    const cancel = () => schedule.drop(job, cancelled());
    const late = () => schedule.drop(job, busy("the machine is too busy"));
    const timer = setTimeout(late, Math.max(LEAST_PATIENCE_MS, budgetMs * PATIENCE));
    signal?.addEventListener("abort", cancel);
    try {
      schedule.add(job);
      if (signal?.aborted) cancel();
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await (await this.#schedule)?.[Symbol.asyncDispose]();
  }
}

/** Leaves the host a processor of its own, where there are two. */
function usualSlots(): number {
  return Math.min(MOST_SLOTS, Math.max(1, navigator.hardwareConcurrency - 1));
}

async function answerWith(lookups: Lookups, { name, args }: QuestionBody): Promise<OutcomeBody> {
  try {
    if (!Object.hasOwn(lookups, name)) return { error: { message: `Cannot answer: ${name}` } };
    return { value: await lookups[name]!(...args as never[]) ?? null };
  } catch (error) {
    return { error: packError(error) };
  }
}

function cancelled(): AirlockError {
  return new AirlockError("CANCELLED", "Cannot do job: it was cancelled");
}

function busy(why: string): AirlockError {
  return new AirlockError("BUSY", `Cannot do job: ${why}`);
}
