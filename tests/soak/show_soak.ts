import type { SoakTotals } from "./read_totals.ts";
import type { SoakRow } from "./soak.ts";

const COLUMNS: readonly (readonly [string, (row: SoakRow) => string])[] = [
  ["second", ({ atSeconds }) => String(atSeconds)],
  ["honest", ({ honest }) => String(honest)],
  ["failed", ({ honestFailures }) => String(honestFailures.length)],
  ["p50 ms", ({ honestP50Ms }) => honestP50Ms.toFixed(1)],
  ["p95 ms", ({ honestP95Ms }) => honestP95Ms.toFixed(1)],
  ["hostile held", ({ contained }) => String(contained)],
  ["not", ({ uncontained }) => String(uncontained.length)],
  ["RSS MiB", ({ rssMiB }) => rssMiB.toFixed(1)],
  ["heap MiB", ({ heapMiB }) => heapMiB.toFixed(1)],
  ["files", ({ openFiles }) => String(openFiles)],
  ["processes", ({ processes }) => String(processes)],
  ["threads", ({ threads }) => String(threads)],
  ["folders", ({ rooms }) => String(rooms)],
  ["bare ms", ({ bareMs }) => bareMs.toFixed(1)],
];

/** The names of the columns. */
export const HEADER: string = COLUMNS.map(([name]) => name).join("  ");

/** One row of figures, under the names. */
export function showRow(row: SoakRow): string {
  return COLUMNS.map(([name, of]) => of(row).padStart(name.length)).join("  ");
}

const SHOWN_PROBLEMS = 5;

/** A line for each figure, and what went wrong. */
export function showVerdicts(totals: SoakTotals): string {
  const { honest, contained, honestFailures, uncontained, leftBehind, figures } = totals;
  const lines = [
    `honest runs: ${honest} right, ${honestFailures.length} failed`,
    `hostile runs: ${contained} contained, ${uncontained.length} not`,
    `left behind: ${leftBehind.length}`,
    ...[...honestFailures, ...uncontained, ...leftBehind].slice(0, SHOWN_PROBLEMS),
    ...figures.map(({ name, unit, first, last, share, extra, verdict }) =>
      `${name}: ${verdict} (${first.toFixed(1)} → ${last.toFixed(1)} ${unit}`.trimEnd() +
      `; may grow by ${share * 100} % and ${extra})`
    ),
    ...(figures.length === 0 ? ["too short a soak to judge more"] : []),
    totals.passed ? "passed" : "not passed",
  ];
  return lines.join("\n");
}
