import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { BENCH_PROGRAMS } from "./bench_programs.ts";
import { percentile, printTable, sample } from "./statistics.ts";
import { untilAtRest } from "./until_at_rest.ts";

const COUNT = 40;

/** What everything that watches a run may cost: so many times the path without it. */
const MAX_RATIO = 1.5;

const PROGRAMS = [
  ...BENCH_PROGRAMS,
  {
    name: "1,000 rows of personal data",
    code: `import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 1_000 });
return leads.length;`,
  },
];

/**
 * The whole path of a run with a waiting worker, as it is by default and with policy, privacy and
 * audit off; the runs of the two alternate, so that what else the machine does falls on both.
 */
export async function benchWholePath(): Promise<void> {
  const shared = {
    mcpServers: { odd: oddServer() },
    servers: ["crm"] as const,
    pool: { idleWorkers: 1 },
  };
  await using on = await startTestRuntime({ ...shared, policy: { check: "error" } });
  await using off = await startTestRuntime({
    ...shared,
    policy: { check: "off", changedTools: "allow", learnTypes: "off" },
    privacy: { enabled: false },
    audit: { enabled: false },
  });
  const rows: (string | number)[][] = [[
    `the whole path, ms (at most ${MAX_RATIO}×)`,
    "on p50",
    "on p95",
    "off p50",
    "off p95",
    "p50 ÷ off",
    "p95 ÷ off",
  ]];
  for (const { name, code } of PROGRAMS) {
    const times = { on: [] as number[], off: [] as number[] };
    for (let turn = -3; turn < COUNT; turn++) {
      const kept = turn < 0 ? { on: [], off: [] } : times;
      kept.on.push(...await timeOf(on, code));
      kept.off.push(...await timeOf(off, code));
    }
    const of = (p: number) => [percentile(times.on, p), percentile(times.off, p)] as const;
    const [[on50, off50], [on95, off95]] = [of(0.5), of(0.95)];
    rows.push([name, on50, on95, off50, off95, on50 / off50, on95 / off95]);
  }
  printTable(rows);
}

async function timeOf(runtime: TestRuntime, code: string): Promise<number[]> {
  const run = async () => {
    const { status, error } = await runtime.run({ code });
    if (status !== "completed") throw new Error(`Cannot measure run: ${error?.message}`);
  };
  return await sample(run, { count: 1, warmUp: 0, before: untilAtRest });
}

if (import.meta.main) await benchWholePath();
