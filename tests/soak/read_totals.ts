import { type FigureRule, type FigureVerdict, judgeChange, judgeFigure } from "./judge_figures.ts";
import type { HostSample } from "./sample_host.ts";
import { SHORTEST_WITH_RESTS_MS, type SoakReport, type SoakRow } from "./soak.ts";

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

/** Shorter, and what is remembered of runs fills up until the end. */
const SHORTEST_JUDGED_MS = 600_000;

const FIGURES: readonly (FigureRule & { of(row: SoakRow): number })[] = [
  { name: "memory of the host", unit: "MiB", share: 0.1, extra: 8, of: ({ rssMiB }) => rssMiB },
  { name: "heap of the host", unit: "MiB", share: 0.05, extra: 2, of: ({ heapMiB }) => heapMiB },
  { name: "open files", unit: "", share: 0, extra: 4, of: ({ openFiles }) => openFiles },
  { name: "processes", unit: "", share: 0, extra: 2, of: ({ processes }) => processes },
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

/**
 * What the host holds when nothing runs. Its threads are judged here alone: under load the runtime
 * keeps as many as there ever were file operations at the same moment, until it is idle.
 */
const AT_REST: readonly (FigureRule & { of(sample: HostSample): number })[] = [
  { name: "open files at rest", unit: "", share: 0, extra: 4, of: ({ openFiles }) => openFiles },
  { name: "processes at rest", unit: "", share: 0, extra: 0, of: ({ processes }) => processes },
  { name: "threads at rest", unit: "", share: 0, extra: 4, of: ({ threads }) => threads },
  { name: "folders at rest", unit: "", share: 0, extra: 0, of: ({ rooms }) => rooms },
];

/** Adds up what was seen, and judges it. */
export function readTotals(
  { rows, lastRuns, atRest, leftBehind }: SoakReport,
  { durationMs }: { durationMs: number },
): SoakTotals {
  const counts = [...rows, ...lastRuns];
  const honestFailures = counts.flatMap((count) => count.honestFailures);
  const uncontained = counts.flatMap((count) => count.uncontained);
  const underLoad = durationMs < SHORTEST_JUDGED_MS ? [] : FIGURES;
  const whenResting = durationMs < SHORTEST_WITH_RESTS_MS ? [] : AT_REST;
  const figures = [
    ...underLoad.map((figure) => judgeFigure(figure, rows.map(figure.of))),
    ...whenResting.map((figure) => judgeChange(figure, atRest.map(figure.of))),
  ];
  const honest = rows.reduce((sum, row) => sum + row.honest, 0) +
    lastRuns.reduce((sum, { honestMs }) => sum + honestMs.length, 0);
  const contained = counts.reduce((sum, count) => sum + count.contained, 0);
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
