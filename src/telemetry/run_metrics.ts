import type { RunResult, RunStatus } from "../model/run_result.ts";

/** What some runs come to together. */
export interface RunTotals {
  /** How many runs ended. */
  readonly runs: number;
  /** How many of them ended how. */
  readonly statuses: Readonly<Record<RunStatus, number>>;
  /** Tool calls. */
  readonly calls: number;
  /** Model tokens of arguments and results that went between programs and tools. */
  readonly intermediateModelTokens: number;
  /** Model tokens of the programs. */
  readonly programModelTokens: number;
  /** Model tokens of values, logs and errors. */
  readonly modelTokens: number;
  /** Intermediate less programs and results; the definitions of tools are not in it. */
  readonly savedModelTokens: number;
}

/** The totals of no run. */
const NO_RUNS: RunTotals = {
  runs: 0,
  statuses: {
    completed: 0,
    failed: 0,
    timed_out: 0,
    over_limit: 0,
    denied: 0,
    cancelled: 0,
    waiting: 0,
  },
  calls: 0,
  intermediateModelTokens: 0,
  programModelTokens: 0,
  modelTokens: 0,
  savedModelTokens: 0,
};

/** The totals with one more run. */
function addRun(totals: RunTotals, { status, usage }: RunResult): RunTotals {
  return {
    runs: totals.runs + 1,
    statuses: { ...totals.statuses, [status]: totals.statuses[status] + 1 },
    calls: totals.calls + usage.calls,
    intermediateModelTokens: totals.intermediateModelTokens + usage.intermediateModelTokens,
    programModelTokens: totals.programModelTokens + usage.programModelTokens,
    modelTokens: totals.modelTokens + usage.modelTokens,
    savedModelTokens: totals.savedModelTokens + usage.savedModelTokens,
  };
}

/** The totals of one session. */
export interface SessionTotals extends RunTotals {
  /** Its name. */
  readonly session: string;
}

/** What is counted of runs, from the start of the runtime. */
export interface MetricsSnapshot {
  /** Of all runs. */
  readonly overall: RunTotals;
  /** Of the thousand sessions that ran last, the latest first. */
  readonly sessions: readonly SessionTotals[];
  /** Model tokens of the definitions of all tools known so far, spared once a conversation. */
  readonly definitionModelTokens: number;
}

const MAX_SESSIONS = 1_000;

/** Counts runs in memory, in all and by session. */
export class RunMetrics {
  #overall = NO_RUNS;
  readonly #sessions = new Map<string, RunTotals>();

  /** Counts a run that has ended. */
  add(result: RunResult, session: string | undefined): void {
    this.#overall = addRun(this.#overall, result);
    if (session === undefined) return;
    const before = this.#sessions.get(session) ?? NO_RUNS;
    this.#sessions.delete(session);
    this.#sessions.set(session, addRun(before, result));
    const [eldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(eldest!);
  }

  /** What was counted until now. */
  snapshot(): Omit<MetricsSnapshot, "definitionModelTokens"> {
    const sessions = [...this.#sessions].map(([session, totals]) => ({ session, ...totals }));
    return { overall: this.#overall, sessions: sessions.reverse() };
  }
}
