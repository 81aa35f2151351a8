/** What the tests run of a file. */
export interface FileLines {
  readonly path: string;
  readonly found: number;
  readonly hit: number;
}

/** Reads the lines of each file of an LCOV report. */
export function readLcov(report: string): FileLines[] {
  return report.split("end_of_record").flatMap((record) => {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    const lines = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map(([, count]) => Number(count));
    if (path === undefined) return [];
    return [{ path, found: lines.length, hit: lines.filter((count) => count > 0).length }];
  });
}

/** Returns the share of all lines that were run, in percent. */
export function share(files: readonly FileLines[]): number {
  const sum = (of: (file: FileLines) => number) => files.reduce((all, file) => all + of(file), 0);
  const found = sum((file) => file.found);
  return found === 0 ? 0 : 100 * sum((file) => file.hit) / found;
}
