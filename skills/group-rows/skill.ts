/** A row of a table. */
export type Row = Readonly<Record<string, unknown>>;

/** Options of {@linkcode groupRows}. */
export interface GroupOptions {
  /** The columns whose values make a group. */
  readonly by: readonly string[];
  /** Columns of numbers to sum up, with their mean, least and most. */
  readonly measure?: readonly string[];
  /** The largest groups only. Default: 50. */
  readonly limit?: number;
}

/** What a column of numbers comes to. */
export interface Measure {
  readonly sum: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A group of rows. */
export interface Group {
  /** The values of the columns that make it. */
  readonly key: Row;
  readonly count: number;
  /** By column; absent where no row of it has a number there. */
  readonly measures: Readonly<Record<string, Measure>>;
}

/** Summarises a table by groups, the largest first; `others` are the rows of groups left out. */
export function groupRows(
  rows: readonly Row[],
  { by, measure = [], limit = 50 }: GroupOptions,
): { groups: Group[]; others: number } {
  const all = Map.groupBy(rows, (row) => JSON.stringify(by.map((column) => row[column] ?? null)));
  const sorted = [...all.values()].sort((a, b) => b.length - a.length);
  const groups = sorted.slice(0, limit).map((members): Group => ({
    key: Object.fromEntries(by.map((column) => [column, members[0]![column] ?? null])),
    count: members.length,
    measures: Object.fromEntries(measure.flatMap((column) => {
      const found = measureOf(members.map((row) => row[column]));
      return found === undefined ? [] : [[column, found]];
    })),
  }));
  const shown = groups.reduce((sum, { count }) => sum + count, 0);
  return { groups, others: rows.length - shown };
}

function measureOf(values: readonly unknown[]): Measure | undefined {
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    count++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return count === 0 ? undefined : { sum, mean: sum / count, min, max };
}
