import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { RunResult } from "../../src/model/run_result.ts";
import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { runWays } from "../soak/run_ways.ts";
import { bareRuns } from "./bare_runs.ts";
import { BENCH_PROGRAMS } from "./bench_programs.ts";
import { percentile, printTable, sample } from "./statistics.ts";
import { untilAtRest } from "./until_at_rest.ts";

const COUNT = 30;

const ROUND_TRIPS = `import { echo } from "./servers/odd/echo.ts";
for (let i = 0; i < 50; i++) await echo({ i });
const samples = [];
for (let i = 0; i < 400; i++) {
  const began = performance.now();
  await echo({ i });
  // Short: a long value would go to a file.
  samples.push(Math.round((performance.now() - began) * 1e4) / 1e4);
}
const began = performance.now();
await Promise.all(Array.from({ length: 400 }, (_, i) => echo({ i })));
return { samples, perSecond: 400_000 / (performance.now() - began) };`;

/** Times of fresh and of warm runs, each beside a bare `deno run`, and of the way of a call. */
export async function benchRuns(): Promise<void> {
  const mcpServers = { odd: oddServer() };
  const policy = { check: "error" } as const;
  await using cold = await startTestRuntime({ mcpServers, policy });
  {
    await using warm = await startTestRuntime({ mcpServers, policy, pool: { idleWorkers: 2 } });
    for (const runtime of [cold, warm]) await runtime.run({ code: BENCH_PROGRAMS[1]!.code });
    await printRuns({ cold, warm });
  }
  await printCalls(cold);
  await printThroughput(cold);
}

interface PrintRunsOptions {
  /** A runtime that starts each worker when it is needed. */
  readonly cold: TestRuntime;
  /** A runtime that has workers waiting. */
  readonly warm: TestRuntime;
}

async function printRuns({ cold, warm }: PrintRunsOptions): Promise<void> {
  const bare = await bareRuns(COUNT);
  const base = percentile(bare, 0.5);
  const rows: (string | number)[][] = [["a run, ms", "p50", "p95", "p99", "÷ bare"]];
  const add = (name: string, times: readonly number[]) => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => percentile(times, p));
    rows.push([name, p50!, p95!, p99!, p50! / base]);
  };
  add("bare deno run", bare);
  const gateway = await startGateway(warm, { port: 0 });
  try {
    const [library, http] = await runWays(warm, gateway);
    const ways: readonly Way[] = [
      { name: "fresh worker", run: (request) => cold.run(request), before: untilAtRest },
      { name: "waiting worker", run: library!, before: untilAtRest },
      { name: "waiting worker, HTTP", run: http!, before: untilAtRest },
      // Each of these pays for the start of the worker that the one before it used up.
      { name: "two waiting, back to back", run: library! },
    ];
    for (const way of ways) {
      for (const { name, code } of BENCH_PROGRAMS) {
        add(`${name}, ${way.name}`, await timesOf(way, code));
      }
    }
  } finally {
    await gateway.stop();
  }
  printTable(rows);
}

interface Way {
  readonly name: string;
  readonly run: (request: { code: string }) => Promise<RunResult | undefined>;
  readonly before?: () => Promise<void>;
}

async function timesOf({ run, before }: Way, code: string): Promise<number[]> {
  const work = async () => {
    const result = await run({ code });
    if (result?.status !== "completed") {
      throw new Error(`Cannot measure run: ${result?.error?.message}`);
    }
  };
  return await sample(work, { count: COUNT, ...(before && { before }) });
}

const RUNS = 120;

/** How many fresh runs a second, so many at once. */
async function printThroughput(runtime: TestRuntime): Promise<void> {
  const rows: (string | number)[][] = [["fresh runs, at once", "a second"]];
  for (const atOnce of [1, 10, 50]) {
    let left = RUNS;
    const began = performance.now();
    const one = async () => {
      while (left-- > 0) await runtime.run({ code: BENCH_PROGRAMS[0]!.code });
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    rows.push([String(atOnce), RUNS * 1_000 / (performance.now() - began)]);
  }
  console.log();
  printTable(rows);
}

async function printCalls(runtime: TestRuntime): Promise<void> {
  const upstream = await upstreamTimes(runtime);
  const { value, error } = await runtime.run({ code: ROUND_TRIPS });
  if (error !== null) throw new Error(error.message);
  const { samples, perSecond } = value as { samples: number[]; perSecond: number };
  const row = (name: string, times: readonly number[]) => [
    name,
    percentile(times, 0.5),
    percentile(times, 0.99),
  ];
  console.log();
  printTable([
    ["a call of a stdio server, ms", "p50", "p99"],
    row("by its own client, without a program", upstream),
    row("from a program", samples),
    ["what the program's way adds", percentile(samples, 0.5) - percentile(upstream, 0.5), ""],
  ]);
  console.log(`\n${Math.round(perSecond)} calls a second from one program, 100 under way at once`);
}

async function upstreamTimes(runtime: TestRuntime): Promise<number[]> {
  const { createUpstreams } = await import("../../src/upstream/upstreams.ts");
  await using upstreams = createUpstreams(runtime.config);
  let i = 0;
  const call = () => upstreams.callTool({ server: "odd", tool: "echo", arguments: { i: i++ } });
  return await sample(call, { count: 400, warmUp: 50 });
}

if (import.meta.main) await benchRuns();
