import type { RunAudit } from "../audit/audit_trail.ts";
import type { HostMetrics } from "../telemetry/host_metrics.ts";
import { type MetricsSnapshot, RunMetrics } from "../telemetry/run_metrics.ts";
import type { RunResult } from "../model/run_result.ts";
import type { BegunRun } from "./begin_run.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** Options of {@linkcode RunRecorder}. */
export interface RunBooksOptions {
  readonly parts: Pick<RuntimeParts, "audit" | "finder" | "logger">;
  readonly hostMetrics: HostMetrics;
}

/** What stays of runs in the audit, the metrics, the log and the search. */
export class RunRecorder {
  readonly #parts: RunBooksOptions["parts"];
  readonly #hostMetrics: HostMetrics;
  readonly #metrics = new RunMetrics();
  readonly #audits = new Map<string, RunAudit>();

  constructor({ parts, hostMetrics }: RunBooksOptions) {
    this.#parts = parts;
    this.#hostMetrics = hostMetrics;
  }

  /** Where a run is written down, also after it was resumed. */
  auditOf(run: BegunRun): RunAudit {
    const audit = this.#audits.get(run.runId) ?? this.#parts.audit.begin(run);
    this.#audits.set(run.runId, audit);
    return audit;
  }

  /** Forgets a run that this process does not go on with now. */
  letGo(runId: string): void {
    this.#audits.delete(runId);
  }

  /** Writes down a run that came to no result. */
  gaveUp(run: BegunRun, code: string): void {
    const audit = this.auditOf(run);
    this.#audits.delete(run.runId);
    run.trace.end(undefined);
    audit.gaveUp(code);
  }

  /** Writes down the result of a run. */
  ended(result: RunResult, { run, mode }: { run: BegunRun; mode: "program" | "classic" }): void {
    this.auditOf(run).ended(result);
    this.#audits.delete(run.runId);
    this.#metrics.add(result, run.session);
    const risk = run.record().risk?.level ?? "unknown";
    this.#hostMetrics.addRun(result, { trace: run.trace, mode, risk });
    run.trace.end(result);
    const { runId, status, usage: { wallMs, calls } } = result;
    const code = result.error?.code;
    this.#parts.logger.log("info", "run.ended", { runId, status, code, wallMs, calls });
    if (run.code !== "") this.#learn(run, result);
  }

  /** Counts a program, and what was called in its place where it failed. */
  noteFallback({ runId, fallback }: RunResult): void {
    const rate = this.#hostMetrics.addProgram(fallback?.code);
    if (rate !== undefined) this.#parts.logger.log("warn", "fallback.rate", { runId, rate });
  }

  /** What the runs came to. */
  snapshot(): Omit<MetricsSnapshot, "definitionModelTokens"> {
    return this.#metrics.snapshot();
  }

  /** What was called tells which of the tools that a search found were wanted. */
  #learn({ runId, session }: BegunRun, { calls }: RunResult): void {
    const { finder } = this.#parts;
    finder.called(session ?? runId, calls.filter(({ outcome }) => outcome === "ok"));
    if (session === undefined) finder.forget(runId);
  }
}
