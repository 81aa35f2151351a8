/** Runs a command of this process; returns its exit code and its output. */
export async function printed(run: () => Promise<number>): Promise<[code: number, text: string]> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => void lines.push(line);
  try {
    return [await run(), lines.join("\n")];
  } finally {
    console.log = log;
  }
}
