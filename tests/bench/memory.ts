import { oddServer, startTestRuntime, type TestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";
import { printTable } from "./statistics.ts";
import { untilAtRest } from "./until_at_rest.ts";

const WORKERS = 4;

/** It has called its tools and holds what they gave; whoever reads the line looks at its memory. */
const BUSY = `import { echo } from "./servers/odd/echo.ts";
const rows = Array.from({ length: 1_000 }, (_, n) => ({ n, text: "x".repeat(100) }));
const answers = await Promise.all(Array.from({ length: 50 }, () => echo({ rows })));
console.log("busy", answers.length);
await new Promise(() => {});`;

/** Prints what a worker costs in memory while it waits and while a program works in it (Linux). */
export async function benchMemory(): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const mcpServers = { odd: oddServer() };
  const idle = await idleWorkers(mcpServers);
  const busy = await busyWorkers(mcpServers);
  printTable([
    [`memory of one of ${WORKERS} workers, MiB`, "resident", "its share", "its own"],
    ["idle: started and connected, no program", ...mean(idle)],
    ["busy: 50 calls made, 5 MB of answers held", ...mean(busy)],
  ]);
}

async function idleWorkers(mcpServers: Record<string, unknown>): Promise<WorkerMemory[]> {
  await using _runtime = await startTestRuntime({ pool: { idleWorkers: WORKERS }, mcpServers });
  await untilAtRest();
  return await workerMemory();
}

async function busyWorkers(mcpServers: Record<string, unknown>): Promise<WorkerMemory[]> {
  await using runtime = await startTestRuntime({ mcpServers });
  const stop = new AbortController();
  const busy = Array.from({ length: WORKERS }, () => runUntilBusy(runtime, stop.signal));
  await Promise.all(busy.map(({ isBusy }) => isBusy));
  const memory = await workerMemory();
  stop.abort();
  await Promise.all(busy.map(({ ended }) => ended));
  return memory;
}

function runUntilBusy(runtime: TestRuntime, signal: AbortSignal) {
  const { promise: isBusy, resolve, reject } = Promise.withResolvers<void>();
  const onEvent = ({ type }: { type: string }) => {
    if (type === "log") resolve();
  };
  const ended = runtime.run({ code: BUSY, signal, onEvent });
  ended.then(({ error }) => reject(new Error(`Cannot measure memory: ${error?.message}`)));
  return { isBusy, ended };
}

/** Resident; with what is shared divided among those that share it; what nobody else has. */
type WorkerMemory = readonly [resident: number, share: number, own: number];

async function workerMemory(): Promise<WorkerMemory[]> {
  const workers = (await descendants(Deno.pid)).filter((pid) =>
    Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("/stub.js")
  );
  if (workers.length < WORKERS) throw new Error("Cannot measure memory: workers are missing");
  return workers.map((pid) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const MiB = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? NaN) / 1_024;
    return [MiB("Rss"), MiB("Pss"), MiB("Private_Clean") + MiB("Private_Dirty")];
  });
}

function mean(workers: readonly WorkerMemory[]): number[] {
  return [0, 1, 2].map((i) => workers.reduce((sum, one) => sum + one[i]!, 0) / workers.length);
}

if (import.meta.main) await benchMemory();
