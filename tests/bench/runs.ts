import { join } from "@std/path";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const PROGRAMS = {
  trivial: `return 1 + 1;`,
  "one call": `import { echo } from "./servers/odd/echo.ts";
return await echo({ n: 1 });`,
  "50 parallel calls": `import { echo } from "./servers/odd/echo.ts";
return (await Promise.all(Array.from({ length: 50 }, (_, n) => echo({ n })))).length;`,
};

const ROUND_TRIPS = `import { echo } from "./servers/odd/echo.ts";
for (let i = 0; i < 50; i++) await echo({ i });
const samples = [];
for (let i = 0; i < 400; i++) {
  const began = performance.now();
  await echo({ i });
  samples.push(performance.now() - began);
}
const began = performance.now();
await Promise.all(Array.from({ length: 400 }, (_, i) => echo({ i })));
return { samples, perSecond: 400_000 / (performance.now() - began) };`;

/** Times of fresh and of warm runs, each beside a bare `deno run`, and of the way of a call. */
export async function benchRuns(): Promise<void> {
  const mcpServers = { odd: oddServer() };
  await using cold = await startTestRuntime({ mcpServers });
  await using warm = await startTestRuntime({ mcpServers, pool: { idleWorkers: 2 } });
  for (const runtime of [cold, warm]) await runtime.run({ code: PROGRAMS["one call"] });
  const bare = await bareRuns(cold.root);
  await printRuns({ cold, warm, bare });
  await printCalls(cold);
  await printThroughput(cold);
}

type TestRuntime = Awaited<ReturnType<typeof startTestRuntime>>;

/** What the same machine takes for a process that is not contained at all. */
async function bareRuns(root: string): Promise<number[]> {
  const path = join(root, "bare.js");
  await Deno.writeTextFile(path, "console.log(1 + 1);");
  const args = ["run", "--no-config", "--no-lock", path];
  return await sample(() => new Deno.Command(Deno.execPath(), { args }).output(), { count: 30 });
}

interface PrintRunsOptions {
  /** A runtime that starts each worker when it is needed. */
  readonly cold: TestRuntime;
  /** A runtime that has workers waiting. */
  readonly warm: TestRuntime;
  readonly bare: readonly number[];
}

async function printRuns({ cold, warm, bare }: PrintRunsOptions): Promise<void> {
  const base = percentile(bare, 0.5);
  const rows: (string | number)[][] = [["a run, ms", "p50", "p95", "p99", "÷ bare"]];
  const add = (name: string, times: readonly number[]) => {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((p) => percentile(times, p));
    rows.push([name, p50!, p95!, p99!, p50! / base]);
  };
  add("bare deno run", bare);
  for (const [name, code] of Object.entries(PROGRAMS)) {
    add(`${name}, fresh worker`, await sample(() => cold.run({ code }), { count: 30 }));
  }
  for (const [name, code] of Object.entries(PROGRAMS)) {
    add(`${name}, waiting worker`, await sampleWarm(warm, code));
  }
  printTable(rows);
}

/** Between two runs the pool is left the time to start the next worker. */
async function sampleWarm(warm: TestRuntime, code: string): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < 30; run++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    times.push(...await sample(() => warm.run({ code }), { count: 1, warmUp: 0 }));
  }
  return times;
}

const RUNS = 120;

/** How many fresh runs a second, so many at once. */
async function printThroughput(runtime: TestRuntime): Promise<void> {
  const rows: (string | number)[][] = [["fresh runs, at once", "a second"]];
  for (const atOnce of [1, 10, 50]) {
    let left = RUNS;
    const began = performance.now();
    const one = async () => {
      while (left-- > 0) await runtime.run({ code: PROGRAMS.trivial });
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    rows.push([String(atOnce), RUNS * 1_000 / (performance.now() - began)]);
  }
  console.log();
  printTable(rows);
}

async function printCalls(runtime: TestRuntime): Promise<void> {
  const upstream = await upstreamTimes(runtime);
  const { value } = await runtime.run({ code: ROUND_TRIPS });
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
  const { createUpstreams } = await import("../../src/mcp/upstreams.ts");
  await using upstreams = createUpstreams(runtime.config);
  let i = 0;
  const call = () => upstreams.callTool({ server: "odd", tool: "echo", arguments: { i: i++ } });
  return await sample(call, { count: 400, warmUp: 50 });
}

if (import.meta.main) await benchRuns();
