import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RunResult } from "../model/run_result.ts";
import type { RunTrace } from "./run_trace.ts";
import { FallbackRate, LabelLimit } from "./host_rates.ts";

/** Different tools that are counted by name; the rest is counted together. */
const MAX_TOOLS = 1_000;

const MAX_KINDS = 200;

const STAGE_SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300];

/** A tool, by its names. */
interface Called {
  readonly server: string;
  readonly tool: string;
}

const OTHER: Called = { server: "other", tool: "other" };

/** Options of {@linkcode HostMetrics}. */
interface HostMetricsOptions {
  /** How many runs are under way. */
  readonly running: () => number;
  /** How many approvals wait for a person. */
  readonly waiting: () => Promise<number>;
}

/** What `GET /metrics` tells: of one runtime, from its start, with a bound on every label. */
export class HostMetrics {
  readonly #registry = new Registry();
  readonly #fallbackRate = new FallbackRate();
  readonly #tools = new LabelLimit(MAX_TOOLS);
  readonly #kinds = new LabelLimit(MAX_KINDS);
  readonly #runs = this.#counter("runs", "Runs that ended", ["status", "risk", "mode"]);
  readonly #calls = this.#counter("calls", "Tool calls", ["server", "tool", "outcome"]);
  readonly #lookups = this.#counter("cache_lookups", "Looks for an answer that is kept", [
    "server",
    "tool",
    "outcome",
  ]);
  readonly #workers = this.#counter("workers", "Workers that were started or taken", ["event"]);
  readonly #tokens = this.#counter("model_tokens", "Model tokens, estimated", ["what"]);
  readonly #privacy = this.#counter("privacy_events", "What was done to personal values", [
    "kind",
    "action",
  ]);
  readonly #escapes = this.#counter("escape_attempts", "Permissions that programs tried to use", [
    "permission",
  ]);
  readonly #fallbacks = this.#counter("fallbacks", "Classic calls made instead of programs", [
    "reason",
  ]);
  readonly #anomalies = this.#counter("anomalies", "Runs unlike those before", ["rule"]);
  readonly #saved = new Gauge({
    name: "airlock_model_tokens_saved",
    help: "Model tokens spared, less those of programs and results",
    registers: [this.#registry],
  });
  readonly #stages = new Histogram({
    name: "airlock_run_stage_seconds",
    help: "How long a stage of a run took",
    labelNames: ["stage"],
    buckets: STAGE_SECONDS,
    registers: [this.#registry],
  });

  constructor({ running, waiting }: HostMetricsOptions) {
    const registers = [this.#registry];
    new Gauge({
      name: "airlock_runs_running",
      help: "Runs that are under way",
      registers,
      collect() {
        this.set(running());
      },
    });
    new Gauge({
      name: "airlock_approvals_waiting",
      help: "Approvals that wait for a person",
      registers,
      async collect() {
        this.set(await waiting());
      },
    });
    const fallbackRate = this.#fallbackRate;
    new Gauge({
      name: "airlock_fallback_rate",
      help: "How many of the latest hundred programs gave way to a classic call, 0 to 1",
      registers,
      collect() {
        this.set(fallbackRate.rate);
      },
    });
    new Gauge({
      name: "airlock_memory_bytes",
      help: "Memory of the host",
      labelNames: ["kind"],
      registers,
      collect() {
        const { rss, heapUsed, external } = Deno.memoryUsage();
        this.set({ kind: "rss" }, rss);
        this.set({ kind: "heap" }, heapUsed);
        this.set({ kind: "external" }, external);
      },
    });
  }

  /** Counts a run that has ended. */
  addRun(
    result: RunResult,
    { trace, mode, risk }: { trace: RunTrace; mode: "program" | "classic"; risk: string },
  ): void {
    const { status, calls, usage, escapeAttempts } = result;
    this.#runs.inc({ status, risk, mode });
    for (const [stage, ms] of trace.stageMs) this.#stages.observe({ stage }, ms / 1_000);
    for (const call of calls) {
      // Names that no configuration knows are the program's words, and no labels.
      const named = call.code === "TOOL_DENIED" ? OTHER : this.#named(call);
      this.#calls.inc({ ...named, outcome: call.outcome });
    }
    for (const { permission } of escapeAttempts) this.#escapes.inc({ permission });
    this.#tokens.inc({ what: "intermediate" }, usage.intermediateModelTokens);
    this.#tokens.inc({ what: "program" }, usage.programModelTokens);
    this.#tokens.inc({ what: "returned" }, usage.modelTokens);
    this.#saved.inc(usage.savedModelTokens);
  }

  /** Counts a look into the cache. */
  addLookup(called: Called, outcome: string): void {
    this.#lookups.inc({ ...this.#named(called), outcome });
  }

  /** Counts a worker that was started, or was taken by a run. */
  addWorker(event: "started" | "taken_waiting" | "taken_fresh"): void {
    this.#workers.inc({ event });
  }

  /** Counts privacy events. */
  addPrivacy(events: readonly { readonly kind: string; readonly action: string }[]): void {
    for (const { kind, action } of events) {
      this.#privacy.inc({ kind: this.#kinds.has(kind) ? kind : "OTHER", action });
    }
  }

  /**
   * Counts a program that completed, or gave way to a classic call because of `reason`; gives the
   * rate once each time that it has become too high.
   */
  addProgram(reason: string | undefined): number | undefined {
    if (reason !== undefined) this.#fallbacks.inc({ reason });
    return this.#fallbackRate.add(reason !== undefined);
  }

  /** Counts a run that is unlike those before. */
  addAnomaly(rule: string): void {
    this.#anomalies.inc({ rule });
  }

  /** All of it, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #named({ server, tool }: Called): Called {
    return this.#tools.has(`${server}\0${tool}`) ? { server, tool } : OTHER;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]) {
    const registers = [this.#registry];
    return new Counter({ name: `airlock_${name}_total`, help, labelNames, registers });
  }
}
