import type { RunResult } from "../model/run_result.ts";
import { addRun, NO_RUNS, type RunTotals } from "./run_totals.ts";

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
