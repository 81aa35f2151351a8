import type { AuditEntry } from "../audit_entry.ts";
import type { AuditLog } from "../audit_log.ts";
import type { AuditReport, Counts, Durations } from "./audit_report.ts";

/** Of what a report spans, in milliseconds since the epoch; `to` is not in it. */
export interface ReportSpan {
  readonly from: number;
  readonly to: number;
}

/** Sums up what runs of a time came to. */
export function summarize(log: Pick<AuditLog, "read">, { from, to }: ReportSpan): AuditReport {
  const tallies = {
    status: new Tally(),
    risk: new Tally(),
    principal: new Tally(),
    failure: new Tally(),
    violation: new Tally(),
    approval: new Tally(),
    tool: new Tally(),
    privacy: new Tally(),
    anomaly: new Tally(),
  };
  const seen = { runs: 0, calls: 0, cacheHits: 0, runMs: [] as number[], callMs: [] as number[] };
  const open = new Set<string>();
  for (const entry of log.read({ from, to })) count(entry);
  for (const _ of open) tallies.status.add("unfinished");
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    runs: seen.runs,
    runsByStatus: tallies.status.counts(),
    runsByRisk: tallies.risk.counts(),
    runsByPrincipal: tallies.principal.counts(),
    failures: tallies.failure.counts(),
    violations: tallies.violation.counts(),
    approvals: tallies.approval.counts(),
    calls: seen.calls,
    callsByTool: tallies.tool.counts(),
    cacheHits: seen.cacheHits,
    privacy: tallies.privacy.counts(),
    anomalies: tallies.anomaly.counts(),
    runMs: durationsOf(seen.runMs),
    callMs: durationsOf(seen.callMs),
  };

  function count({ kind, runId, body: text }: AuditEntry): void {
    const body = JSON.parse(text);
    for (const [name, times] of Object.entries(body.privacy ?? {})) {
      tallies.privacy.add(name, Number(times));
    }
    switch (kind) {
      case "run_started":
        seen.runs++;
        open.add(runId);
        tallies.risk.add(body.risk ?? "not assessed");
        tallies.principal.add(body.principal);
        if (!ADMISSIONS.has(body.admission)) tallies.violation.add(`program: ${body.admission}`);
        return;
      case "run_ended":
        // One that began before has been counted where it began.
        if (!open.delete(runId)) return;
        tallies.status.add(body.status);
        if (body.code) tallies.failure.add(body.code);
        if (body.usage) seen.runMs.push(body.usage.wallMs);
        return;
      case "call_denied":
      case "call_ended":
        seen.calls++;
        tallies.tool.add(`${body.server}.${body.tool}`);
        if (kind === "call_denied") tallies.violation.add(`call: ${body.code}`);
        else seen.callMs.push(body.ms);
        if (body.cache === "hit") seen.cacheHits++;
        return;
      case "escape_attempt":
        return tallies.violation.add(`permission: ${body.permission}`);
      case "anomaly":
        return tallies.anomaly.add(body.rule);
      default:
        if (kind.startsWith("approval_")) tallies.approval.add(body.decision ?? "asked");
    }
  }
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
