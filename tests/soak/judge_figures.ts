import { percentile } from "../bench/statistics.ts";

/** A figure of the soak that must stay flat, and how much more it may be at the end. */
export interface FigureRule {
  readonly name: string;
  readonly unit: string;
  /** Share of the first value. */
  readonly share: number;
  /** In the figure's unit, on top of the share. */
  readonly extra: number;
}

/** Whether a figure stayed flat. */
export interface FigureVerdict extends FigureRule {
  /** Median of the first third after the warm-up. */
  readonly first: number;
  /** Median of the last third. */
  readonly last: number;
  readonly verdict: "flat" | "grew";
}

/** The beginning, in which caches fill and code is compiled, is not judged. */
const WARM_UP_SHARE = 0.2;

/** Judges a figure by its values in the order in which they were taken; less is never worse. */
export function judgeFigure(rule: FigureRule, values: readonly number[]): FigureVerdict {
  const judged = values.slice(Math.ceil(values.length * WARM_UP_SHARE));
  const third = Math.max(1, Math.floor(judged.length / 3));
  return judgeChange(rule, [
    percentile(judged.slice(0, third), 0.5),
    percentile(judged.slice(-third), 0.5),
  ]);
}

/** Judges a figure by its first and its last value. */
export function judgeChange(rule: FigureRule, values: readonly number[]): FigureVerdict {
  const [first, last] = [values[0] ?? NaN, values.at(-1) ?? NaN];
  const bound = first * (1 + rule.share) + rule.extra;
  return { ...rule, first, last, verdict: last <= bound ? "flat" : "grew" };
}
