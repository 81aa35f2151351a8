import { type FigureRule, type FigureVerdict, judgeFigure } from "./judge_figures.ts";
import type { SoakReport, SoakRow } from "./soak.ts";

/** What the soak comes to. */
export interface SoakTotals {
  readonly honest: number;
  readonly contained: number;
  readonly honestFailures: readonly string[];
  readonly uncontained: readonly string[];
  readonly leftBehind: readonly string[];
  /** None where the soak was too short for them to mean anything. */
  readonly figures: readonly FigureVerdict[];
  readonly passed: boolean;
}

/** Shorter, and caches fill until the end. */
const SHORTEST_JUDGED_MS = 120_000;

const FIGURES: readonly (FigureRule & { of(row: SoakRow): number })[] = [
  { name: "memory of the host", unit: "MiB", share: 0.1, extra: 8, of: ({ rssMiB }) => rssMiB },
  { name: "heap of the host", unit: "MiB", share: 0.05, extra: 2, of: ({ heapMiB }) => heapMiB },
  { name: "open files", unit: "", share: 0, extra: 4, of: ({ openFiles }) => openFiles },
  { name: "processes", unit: "", share: 0, extra: 2, of: ({ processes }) => processes },
  { name: "threads", unit: "", share: 0, extra: 4, of: ({ threads }) => threads },
  { name: "folders", unit: "", share: 0, extra: 2, of: ({ rooms }) => rooms },
  // Measured against the machine, which others may use more at the end than at the beginning.
  {
    name: "p50 of honest runs",
    unit: "bare runs",
    share: 0.25,
    extra: 0.1,
    of: ({ honestP50Ms, bareMs }) => honestP50Ms / bareMs,
  },
  {
    name: "p95 of honest runs",
    unit: "bare runs",
    share: 0.5,
    extra: 0.5,
    of: ({ honestP95Ms, bareMs }) => honestP95Ms / bareMs,
  },
];

/** Adds up what was seen, and judges it. */
export function readTotals(
  { rows, leftBehind }: SoakReport,
  { durationMs }: { durationMs: number },
): SoakTotals {
  const sum = (of: (row: SoakRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const honestFailures = rows.flatMap((row) => row.honestFailures);
  const uncontained = rows.flatMap((row) => row.uncontained);
  const figures = durationMs < SHORTEST_JUDGED_MS
    ? []
    : FIGURES.map((figure) => judgeFigure(figure, rows.map(figure.of)));
  const honest = sum((row) => row.honest);
  const contained = sum((row) => row.contained);
  const nothingWrong = [honestFailures, uncontained, leftBehind].every(({ length }) =>
    length === 0
  );
  return {
    honest,
    contained,
    honestFailures,
    uncontained,
    leftBehind,
    figures,
    passed: honest > 0 && contained > 0 && nothingWrong &&
      figures.every(({ verdict }) => verdict === "flat"),
  };
}
