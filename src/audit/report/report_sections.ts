import type { AuditReport, Counts } from "./audit_report.ts";

/** One part of a report that people read. */
export interface ReportSection {
  readonly title: string;
  readonly counts: Counts;
  /** Of the figures. */
  readonly unit: string;
}

/** Lists are cut here, and say so. */
const MAX_ROWS = 30;

/** The parts of a report, in the order in which they are read; what is empty is left out. */
export function reportSections(report: AuditReport): ReportSection[] {
  const { runMs, callMs } = report;
  const sections: ReportSection[] = [
    { title: "Executions by risk", counts: report.runsByRisk, unit: "runs" },
    { title: "Executions by outcome", counts: report.runsByStatus, unit: "runs" },
    { title: "Executions by principal", counts: report.runsByPrincipal, unit: "runs" },
    { title: "Violations", counts: report.violations, unit: "times" },
    { title: "Approvals", counts: report.approvals, unit: "decisions" },
    { title: "Failures", counts: report.failures, unit: "runs" },
    { title: "Privacy", counts: report.privacy, unit: "values" },
    { title: "Calls by tool", counts: report.callsByTool, unit: "calls" },
    { title: "Anomalies", counts: report.anomalies, unit: "times" },
    { title: "Duration of a run", counts: { ...runMs }, unit: "ms" },
    { title: "Duration of a call", counts: { ...callMs }, unit: "ms" },
  ];
  return sections.filter(({ counts }) => Object.keys(counts).length > 0)
    .map((section) => ({ ...section, counts: cut(section.counts) }));
}

function cut(counts: Counts): Counts {
  const rows = Object.entries(counts);
  if (rows.length <= MAX_ROWS) return counts;
  const rest = rows.slice(MAX_ROWS).reduce((sum, [, count]) => sum + count, 0);
  return Object.fromEntries([...rows.slice(0, MAX_ROWS), [`${rows.length - MAX_ROWS} more`, rest]]);
}
