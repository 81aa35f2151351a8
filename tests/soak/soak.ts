import { startGateway } from "../../src/gateway/start_gateway.ts";
import type { Isolation } from "../../src/config/limits.ts";
import { percentile } from "../bench/statistics.ts";
import { untilAtRest } from "../bench/until_at_rest.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { descendants } from "../process/descendants.ts";
import { plantCanaries } from "../security/canaries.ts";
import { HONEST_PROGRAMS } from "./honest_programs.ts";
import { hostilePrograms } from "./hostile_programs.ts";
import { type Load, type LoadCount, startLoad } from "./load.ts";
import { runWays } from "./run_ways.ts";
import { type HostSample, sampleHost, sampleMemory } from "./sample_host.ts";

const MiB = 1024 * 1024;

/** Tight enough that a hostile run ends soon. */
const LIMITS = {
  cpuMs: 2_000,
  heapBytes: 64 * MiB,
  memoryBytes: 192 * MiB,
  openFiles: 64,
  workspaceFiles: 200,
  workspaceBytes: 8 * MiB,
  outputBytes: 100_000,
  calls: 50,
};

const SAMPLE_MS = 1_000;

/** The load pauses once after so much of the time, and what the host holds then is all it needs. */
const FIRST_PART = 0.2;

/** Idle threads of the runtime's own pool end after ten seconds. */
const THREADS_END_MS = 12_000;

/** Shorter, and not all is started at the first rest. */
export const SHORTEST_WITH_RESTS_MS = 60_000;

/** What was seen in one interval; host figures are medians of its samples. */
export interface SoakRow extends HostSample, ReturnType<typeof sampleMemory> {
  /** Seconds since the soak began. */
  readonly atSeconds: number;
  readonly honest: number;
  readonly honestP50Ms: number;
  readonly honestP95Ms: number;
  readonly contained: number;
  readonly honestFailures: readonly string[];
  readonly uncontained: readonly string[];
}

/** What was seen in all. */
export interface SoakReport {
  readonly rows: readonly SoakRow[];
  /** What became of the runs that ended in no row, because the load had stopped. */
  readonly lastRuns: readonly LoadCount[];
  /** What the host held when nothing ran: after the first part, and at the end. */
  readonly atRest: readonly HostSample[];
  /** Processes and folders that were there when the runtime was gone. */
  readonly leftBehind: readonly string[];
}

/** Options of {@linkcode soak}. */
export interface SoakOptions {
  readonly durationMs: number;
  readonly intervalMs: number;
  readonly atOnce: number;
  readonly isolation: Partial<Isolation>;
  readonly onRow: (row: SoakRow) => void;
}

/** Loads one runtime and its gateway with honest and hostile runs, and watches the host. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  // What the runtime makes for itself stands where it can be counted.
  const scratch = await Deno.makeTempDir({ prefix: "soak-" });
  Deno.env.set("TMPDIR", scratch);
  try {
    const seen = await soakRuntime(scratch, options);
    const folders = [...Deno.readDirSync(scratch)].map(({ name }) => name);
    const processes = (await descendants(Deno.pid)).map((pid) => `process ${pid}`);
    return { ...seen, leftBehind: [...processes, ...folders] };
  } finally {
    Deno.env.delete("TMPDIR");
    await Deno.remove(scratch, { recursive: true });
  }
}

async function soakRuntime(
  scratch: string,
  options: SoakOptions,
): Promise<Omit<SoakReport, "leftBehind">> {
  await using canaries = await plantCanaries();
  await using runtime = await startTestRuntime({
    servers: ["crm", "drive"],
    limits: LIMITS,
    isolation: options.isolation,
    // The compiler gets all programs, and all of them run.
    policy: { check: "warn" },
    pool: { idleWorkers: 2, idleSessions: 2 },
  });
  const gateway = await startGateway(runtime, { port: 0 });
  try {
    const load = {
      honest: HONEST_PROGRAMS,
      hostile: await hostilePrograms(canaries),
      ways: await runWays(runtime, gateway),
      atOnce: options.atOnce,
      workspace: runtime.config.folders.workspace,
    };
    const began = performance.now();
    const parts = [];
    for (const share of [FIRST_PART, 1 - FIRST_PART]) {
      const durationMs = options.durationMs * share;
      parts.push(await soakPart(startLoad(load), { ...options, durationMs, began, scratch }));
      if (options.durationMs >= SHORTEST_WITH_RESTS_MS) await delay(THREADS_END_MS);
      await untilAtRest();
      parts.at(-1)!.atRest.push(await sampleHost(scratch));
    }
    return {
      rows: parts.flatMap(({ rows }) => rows),
      lastRuns: parts.map(({ lastRuns }) => lastRuns),
      atRest: parts.flatMap(({ atRest }) => atRest),
    };
  } finally {
    await gateway.stop();
  }
}

interface PartOptions extends SoakOptions {
  readonly scratch: string;
  /** When the soak began, by `performance.now()`. */
  readonly began: number;
}

async function soakPart(load: Load, options: PartOptions) {
  const rows = await watch(load, options).finally(() => load.stop());
  return { rows, lastRuns: load.take(), atRest: [] as HostSample[] };
}

async function watch(load: Load, options: PartOptions): Promise<SoakRow[]> {
  const { durationMs, intervalMs, scratch, began, onRow } = options;
  const rows: SoakRow[] = [];
  for (const end = performance.now() + durationMs; performance.now() < end;) {
    const samples = await sampleFor(intervalMs, scratch);
    const { honestMs, ...count } = load.take();
    const row = {
      atSeconds: Math.round((performance.now() - began) / 1_000),
      ...count,
      honest: honestMs.length,
      honestP50Ms: percentile(honestMs, 0.5),
      honestP95Ms: percentile(honestMs, 0.95),
      ...medians(samples),
      ...sampleMemory(),
    };
    rows.push(row);
    onRow(row);
  }
  return rows;
}

async function sampleFor(ms: number, scratch: string): Promise<HostSample[]> {
  const samples: HostSample[] = [];
  for (const end = performance.now() + ms; performance.now() < end;) {
    await delay(SAMPLE_MS);
    samples.push(await sampleHost(scratch));
  }
  return samples;
}

function medians(samples: readonly HostSample[]): HostSample {
  const median = (name: keyof HostSample) => percentile(samples.map((one) => one[name]), 0.5);
  return {
    openFiles: median("openFiles"),
    processes: median("processes"),
    threads: median("threads"),
    rooms: median("rooms"),
    bareMs: median("bareMs"),
  };
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
