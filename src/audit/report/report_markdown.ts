import { visibleLine } from "../../text/visible_text.ts";
import type { AuditReport } from "./audit_report.ts";
import { reportSections } from "./report_sections.ts";

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
