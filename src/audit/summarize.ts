import type { AuditEntry } from "./audit_entry.ts";
import type { AuditLog } from "./audit_log.ts";
import type { AuditReport, Counts, Durations } from "./report.ts";

/** Of what a report spans, in milliseconds since the epoch; `to` is not in it. */
interface ReportSpan {
  readonly from: number;
  readonly to: number;
}

/** Sums up what runs of a time came to. */
export function summarize(log: Pick<AuditLog, "read">, span: ReportSpan): AuditReport {
  const summary = new Summary();
  for (const entry of log.read(span)) summary.add(entry);
  return summary.report(span);
}

class Summary {
  readonly #statuses = new Tally();
  readonly #risks = new Tally();
  readonly #principals = new Tally();
  readonly #failures = new Tally();
  readonly #violations = new Tally();
  readonly #approvals = new Tally();
  readonly #tools = new Tally();
  readonly #privacy = new Tally();
  readonly #anomalies = new Tally();
  readonly #runMs: number[] = [];
  readonly #callMs: number[] = [];
  /** Runs that have begun and not ended. */
  readonly #open = new Set<string>();
  #runs = 0;
  #calls = 0;
  #cacheHits = 0;

  add({ kind, runId, body: text }: AuditEntry): void {
    const body = JSON.parse(text);
    for (const [name, times] of Object.entries(body.privacy ?? {})) {
      this.#privacy.add(name, Number(times));
    }
    switch (kind) {
      case "run_started":
        return this.#addStart(runId, body);
      case "run_ended":
        return this.#addEnd(runId, body);
      case "call_denied":
        this.#violations.add(`call: ${body.code}`);
        return this.#addCall(body);
      case "call_ended":
        this.#callMs.push(body.ms);
        return this.#addCall(body);
      case "escape_attempt":
        return this.#violations.add(`permission: ${body.permission}`);
      case "anomaly":
        return this.#anomalies.add(body.rule);
      default:
        if (kind.startsWith("approval_")) this.#approvals.add(body.decision ?? "asked");
    }
  }

  report({ from, to }: ReportSpan): AuditReport {
    if (this.#open.size > 0) this.#statuses.add("unfinished", this.#open.size);
    return {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      runs: this.#runs,
      runsByStatus: this.#statuses.counts(),
      runsByRisk: this.#risks.counts(),
      runsByPrincipal: this.#principals.counts(),
      failures: this.#failures.counts(),
      violations: this.#violations.counts(),
      approvals: this.#approvals.counts(),
      calls: this.#calls,
      callsByTool: this.#tools.counts(),
      cacheHits: this.#cacheHits,
      privacy: this.#privacy.counts(),
      anomalies: this.#anomalies.counts(),
      runMs: durationsOf(this.#runMs),
      callMs: durationsOf(this.#callMs),
    };
  }

  #addStart(runId: string, { risk, principal, admission }: StartedRun): void {
    this.#runs++;
    this.#open.add(runId);
    this.#risks.add(risk ?? "not assessed");
    this.#principals.add(principal);
    if (!ADMISSIONS.has(admission)) this.#violations.add(`program: ${admission}`);
  }

  #addEnd(runId: string, { status, code, usage }: EndedRun): void {
    // One that began before has been counted where it began.
    if (!this.#open.delete(runId)) return;
    this.#statuses.add(status);
    if (code) this.#failures.add(code);
    if (usage) this.#runMs.push(usage.wallMs);
  }

  #addCall({ server, tool, cache }: MadeCall): void {
    this.#calls++;
    this.#tools.add(`${server}.${tool}`);
    if (cache === "hit") this.#cacheHits++;
  }
}

/** What is read of the bodies of entries. */
interface StartedRun {
  readonly risk?: string;
  readonly principal: string;
  readonly admission: string;
}

interface EndedRun {
  readonly status: string;
  readonly code?: string;
  readonly usage?: { readonly wallMs: number };
}

interface MadeCall {
  readonly server: string;
  readonly tool: string;
  readonly cache?: string;
}

/** What is no violation; a program that waits for a person may run yet. */
const ADMISSIONS: ReadonlySet<string> = new Set(["admitted", "waiting"]);

class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  /** The most frequent first. */
  counts(): Counts {
    return Object.fromEntries([...this.#counts].sort(([, one], [, other]) => other - one));
  }
}

function durationsOf(values: number[]): Durations {
  const sorted = values.sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}
