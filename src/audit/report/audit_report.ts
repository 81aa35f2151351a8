/** A figure for each name. */
export type Counts = Readonly<Record<string, number>>;

/** Durations in milliseconds. */
export interface Durations {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** What runs of a time came to. */
export interface AuditReport {
  /** ISO 8601. */
  readonly from: string;
  /** ISO 8601. */
  readonly to: string;
  readonly runs: number;
  readonly runsByStatus: Counts;
  readonly runsByRisk: Counts;
  readonly runsByPrincipal: Counts;
  /** By code. */
  readonly failures: Counts;
  /** Refused calls, attempts to escape, programs that were refused, by what they were. */
  readonly violations: Counts;
  /** Approvals by decision. */
  readonly approvals: Counts;
  readonly calls: number;
  /** By `server.tool`, the most called first. */
  readonly callsByTool: Counts;
  readonly cacheHits: number;
  /** By `KIND action`. */
  readonly privacy: Counts;
  readonly anomalies: Counts;
  readonly runMs: Durations;
  readonly callMs: Durations;
}
