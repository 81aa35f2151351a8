import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";
import { percentile, printTable, sample } from "./statistics.ts";
import { untilAtRest } from "./until_at_rest.ts";

const COUNT = 15;
const KIBIBYTES = [1, 16, 64, 256, 1_024];

/**
 * One call of a tool, made by a worker that waits and by the host itself, by the size of its answer:
 * what the mode "auto" goes by. Both are made with everything on.
 */
export async function benchModes(): Promise<void> {
  await using runtime = await startTestRuntime({
    mcpServers: { odd: { ...oddServer(), tools: { allow: ["huge"] } } },
    policy: { check: "error" },
    pool: { idleWorkers: 1 },
  });
  const rows: (string | number)[][] = [
    ["one call, by its answer, ms", "worker p50", "p95", "host p50", "p95", "spared of p50"],
  ];
  for (const kibibytes of KIBIBYTES) {
    const times = { program: [] as number[], auto: [] as number[] };
    for (let turn = -2; turn < COUNT; turn++) {
      for (const mode of ["program", "auto"] as const) {
        const [ms] = await sample(() => runOnce(kibibytes, mode), {
          count: 1,
          warmUp: 0,
          before: untilAtRest,
        });
        if (turn >= 0) times[mode].push(ms!);
      }
    }
    const [worker, host] = [times.program, times.auto].map((all) => percentile(all, 0.5));
    rows.push([
      `${kibibytes} KiB`,
      worker!,
      percentile(times.program, 0.95),
      host!,
      percentile(times.auto, 0.95),
      `${(100 * (1 - host! / worker!)).toFixed(0)} %`,
    ]);
  }
  printTable(rows);

  async function runOnce(kibibytes: number, mode: "program" | "auto"): Promise<void> {
    const code = `import { huge } from "./servers/odd/huge.ts";
return await huge({ megabytes: ${kibibytes / 1_024}, structured: true });`;
    const { error } = await runtime.run({ code, mode });
    if (error !== null) throw new Error(`Cannot measure run: ${error.message}`);
  }
}

if (import.meta.main) await benchModes();
