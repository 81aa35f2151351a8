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

/** Times of fresh runs, each beside a bare `deno run`, and of the way of a call. */
export async function benchRuns(): Promise<void> {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  await runtime.run({ code: PROGRAMS["one call"] });
  await printRuns(runtime, await bareRuns(runtime.root));
  await printCalls(runtime);
}

type TestRuntime = Awaited<ReturnType<typeof startTestRuntime>>;

/** What the same machine takes for a process that is not contained at all. */
async function bareRuns(root: string): Promise<number[]> {
  const path = join(root, "bare.js");
  await Deno.writeTextFile(path, "console.log(1 + 1);");
  const args = ["run", "--no-config", "--no-lock", path];
  return await sample(() => new Deno.Command(Deno.execPath(), { args }).output(), { count: 30 });
}

async function printRuns(runtime: TestRuntime, bare: readonly number[]): Promise<void> {
  const p50 = percentile(bare, 0.5);
  const rows: (string | number)[][] = [["a fresh run, ms", "p50", "p95", "÷ bare deno run"]];
  rows.push(["bare deno run", p50, percentile(bare, 0.95), 1]);
  for (const [name, code] of Object.entries(PROGRAMS)) {
    const samples = await sample(() => runtime.run({ code }), { count: 30 });
    const median = percentile(samples, 0.5);
    rows.push([name, median, percentile(samples, 0.95), median / p50]);
  }
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
