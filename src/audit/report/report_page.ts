import { visibleLine } from "../../text/visible_text.ts";
import type { AuditReport } from "./audit_report.ts";
import { type ReportSection, reportSections } from "./report_sections.ts";

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
