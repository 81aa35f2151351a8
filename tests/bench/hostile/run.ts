import { BURNING, hostileTexts } from "./hostile_callers.ts";
import { measureCallers, summarize } from "./measure_callers.ts";
import { printTable } from "../statistics.ts";

const CALLERS = 6;
const RUNS = 60;

/** Prints what others notice while six callers post the worst texts, and programs that burn CPU. */
export async function benchHostile(): Promise<void> {
  const rows: (string | number)[][] = [
    ["six callers post", "health p99 ms", "p50 ×", "p95 ×", "alone p50", "ended", "SIGTERM ms"],
  ];
  for (const [name, programs] of [["worst texts", hostileTexts()], ["burning", BURNING]] as const) {
    for (const areOne of [true, false]) {
      const figures = summarize(
        await measureCallers({ programs, callers: CALLERS, runs: RUNS, areOne }),
      );
      rows.push([
        `${name}, ${areOne ? "one principal" : "a principal each"}`,
        ...[figures.healthP99, figures.p50, figures.p95, figures.aloneP50],
        ...[String(figures.ended), figures.stopMs],
      ]);
    }
  }
  printTable(rows);
}

if (import.meta.main) await benchHostile();
