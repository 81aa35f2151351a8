import { visibleLine } from "../text/visible_text.ts";

export type Counts = Readonly<Record<string, number>>;

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

/** One part of a report that people read. */
interface ReportSection {
  readonly title: string;
  readonly counts: Counts;
  readonly unit: string;
}

/** Longer lists are cut, with a row for the rest. */
const MAX_ROWS = 30;

/** The parts of a report, in the order in which they are read; what is empty is left out. */
function reportSections(report: AuditReport): ReportSection[] {
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

/** A report as Markdown. */
export function reportMarkdown(report: AuditReport): string {
  const { from, to, runs, calls, cacheHits } = report;
  const sections = reportSections(report).map(({ title, counts, unit }) => {
    const rows = Object.entries(counts).map(([name, count]) => `| ${cell(name)} | ${count} |`);
    return [`## ${title}`, "", `| | ${unit} |`, "| --- | ---: |", ...rows].join("\n");
  });
  const summary = `${runs} runs made ${calls} calls, ${cacheHits} of them answered from the cache.`;
  return [`# Audit report, ${from} to ${to}`, summary, ...sections].join("\n\n") + "\n";
}

/** Names come from programs and servers. */
function cell(text: string): string {
  return visibleLine(text).replace(/[\\|`*_<>[\]&]/g, "\\$&").replace(/\s+/g, " ");
}

const ROW = 24;
const LABEL = 260;
const BAR = 360;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem;
  color: #1b1f24; background: #fff }
h1 { font-size: 1.4rem } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
svg { width: 100%; height: auto } text { font: 13px system-ui, sans-serif; fill: currentColor }
rect { fill: #2f6fb4 }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ec; background: #14171a } rect { fill: #6aa6e6 }
}`;

/** A report as one page with charts, that loads nothing and runs nothing. */
export function reportPage(report: AuditReport): string {
  const { from, to, runs, calls, cacheHits } = report;
  const title = `Audit report, ${from} to ${to}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${safe(title)}</title>
<style>${STYLE}</style>
<h1>${safe(title)}</h1>
<p>${runs} runs made ${calls} calls, ${cacheHits} of them answered from the cache.</p>
${reportSections(report).map(chart).join("\n")}
</html>
`;
}

function chart({ title, counts, unit }: ReportSection): string {
  const rows = Object.entries(counts);
  const most = Math.max(...rows.map(([, count]) => count), 1e-9);
  const bars = rows.map(([name, count], index) => {
    const y = index * ROW;
    const width = Math.max(1, (count / most) * BAR).toFixed(1);
    return `<text x="0" y="${y + 16}">${safe(shorten(name))}</text>` +
      `<rect x="${LABEL}" y="${y + 4}" width="${width}" height="${ROW - 8}" rx="2"/>` +
      `<text x="${LABEL + Number(width) + 8}" y="${y + 16}">${count}</text>`;
  });
  const box = `0 0 ${LABEL + BAR + 90} ${rows.length * ROW}`;
  return `<h2>${safe(title)} (${safe(unit)})</h2>
<svg role="img" aria-label="${safe(title)}" viewBox="${box}">${bars.join("")}</svg>`;
}

function shorten(text: string): string {
  return text.length <= 36 ? text : `${text.slice(0, 35).toWellFormed()}…`;
}

/** Names come from programs and servers. */
function safe(text: string): string {
  return visibleLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
