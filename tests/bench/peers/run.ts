/**
 * `deno task bench:peers`: three programs on Airlock and on its peers, beside a bare `deno run`.
 * The peers are installed by npm, in folders that go afterwards.
 *
 * @module
 */
import { oddServer, startTestRuntime, type TestRuntime } from "../../fixtures/test_runtime.ts";
import { bareRuns } from "../bare_runs.ts";
import { BENCH_PROGRAMS, type BenchProgram } from "../bench_programs.ts";
import { percentile, printTable, sample } from "../statistics.ts";
import { untilAtRest } from "../until_at_rest.ts";
import { type Peer, PEERS } from "./peer.ts";
import { type PeerTimes, timePeer } from "./time_peer.ts";

const COUNT = 50;

type Row = readonly (string | number)[];

if (import.meta.main) await main();

async function main(): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  const load = Deno.loadavg()[0]!.toFixed(1);
  console.log(
    `${date}, Deno ${Deno.version.deno}, ${navigator.hardwareConcurrency} cores, load ${load}\n`,
  );
  const bare = await bareRuns(COUNT);
  const names = BENCH_PROGRAMS.map(({ name }) => name);
  const rows: Row[] = [
    ["ms", ...names.flatMap((name) => [`${name}, p50`, "p95"])],
    ["bare deno run", percentile(bare, 0.5), percentile(bare, 0.95), "", "", "", ""],
    await airlockRow("Airlock, waiting worker", { idleWorkers: 2 }),
    await airlockRow("Airlock, fresh worker", { idleWorkers: 0 }),
  ];
  const notes = ["Airlock: a one-use process with the least rights, never used again"];
  for (const peer of PEERS) {
    const { command, args } = oddServer();
    const result = await timePeer(peer, {
      expected: Object.fromEntries(BENCH_PROGRAMS.map(({ name, value }) => [name, value])),
      count: COUNT,
      server: [command, ...args],
    });
    rows.push(
      result.kind === "times"
        ? rowOf(peer.name, names.map((name) => result.times[name]!))
        : [peer.name, "not measured", ...Array(2 * names.length - 1).fill("")],
    );
    notes.push(noteOf(peer, result));
  }
  printTable(rows);
  console.log(`\n${notes.join("\n")}`);
}

function noteOf({ name, isolation, remark, packages }: Peer, result: PeerTimes): string {
  const versions = packages.slice(0, -1).join(", ");
  const why = result.kind === "none" ? `not measured: ${result.why}` : undefined;
  return `${name}: ${[isolation, remark, versions, why].filter(Boolean).join("; ")}`;
}

async function airlockRow(name: string, { idleWorkers }: { idleWorkers: number }): Promise<Row> {
  await using runtime = await startTestRuntime({
    mcpServers: { odd: oddServer() },
    pool: { idleWorkers },
  });
  const times: number[][] = [];
  for (const program of BENCH_PROGRAMS) times.push(await airlockTimes(runtime, program));
  return rowOf(name, times);
}

async function airlockTimes(
  runtime: TestRuntime,
  { code, value }: BenchProgram,
): Promise<number[]> {
  const run = async () => {
    const result = await runtime.run({ code });
    const given = JSON.stringify(result.value);
    if (given !== JSON.stringify(value)) throw new Error(`Cannot measure program: gave ${given}`);
  };
  return await sample(run, { count: COUNT, before: untilAtRest });
}

function rowOf(name: string, programs: readonly (readonly number[])[]): Row {
  return [name, ...programs.flatMap((times) => [percentile(times, 0.5), percentile(times, 0.95)])];
}
