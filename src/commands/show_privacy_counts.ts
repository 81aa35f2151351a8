import type { PrivacyCount } from "../audit/privacy_log.ts";

const COLUMNS = ["direction", "server", "kind", "action", "events", "values"] as const;

/** The table of what happened to values, by direction, server, kind and action. */
export function showPrivacyCounts(counts: readonly PrivacyCount[]): string {
  if (counts.length === 0) return "Nothing was masked or restored.";
  const rows = [COLUMNS, ...counts.map((count) => COLUMNS.map((column) => String(count[column])))];
  const widths = COLUMNS.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)));
  return rows.map((row) =>
    row.map((cell, index) =>
      index < 4 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!)
    ).join("  ").trimEnd()
  ).join("\n");
}
