/** The value below which the share `p` of the samples lies. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? NaN;
}

/** Options of {@linkcode sample}. */
export interface SampleOptions {
  readonly count: number;
  /** Runs before, which are not counted. */
  readonly warmUp?: number;
  /** Done before each run, and not timed. */
  readonly before?: () => Promise<void>;
}

/** Milliseconds that each run of `work` took. */
export async function sample(
  work: () => Promise<unknown>,
  { count, warmUp = 3, before }: SampleOptions,
): Promise<number[]> {
  const samples: number[] = [];
  for (let run = -warmUp; run < count; run++) {
    await before?.();
    const began = performance.now();
    await work();
    if (run >= 0) samples.push(performance.now() - began);
  }
  return samples;
}

/** Prints rows of cells in columns. */
export function printTable(rows: readonly (readonly (string | number)[])[]): void {
  const text = rows.map((row) =>
    row.map((cell) => typeof cell === "number" ? cell.toFixed(cell < 10 ? 3 : 1) : cell)
  );
  const widths = text[0]!.map((_, column) => Math.max(...text.map((row) => row[column]!.length)));
  for (const row of text) {
    console.log(
      row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
      ).join("  "),
    );
  }
}
