import { percentile } from "../statistics.ts";
import type { HostilePrograms } from "./hostile_callers.ts";
import { type HostileHost, startHostileHost } from "./start_host.ts";

/** What was measured while others did their worst. */
export interface CallersFigures {
  /** Milliseconds that `/healthz` took. */
  readonly healthMs: readonly number[];
  /** Milliseconds that another principal's runs took, alone and then. */
  readonly aloneMs: readonly number[];
  readonly besideMs: readonly number[];
  /** How many of the others' runs ended. */
  readonly ended: number;
  /** How long the host took to end at SIGTERM. */
  readonly stopMs: number;
}

/** Options of {@linkcode measureCallers}. */
export interface MeasureCallersOptions {
  readonly programs: HostilePrograms;
  /** How many post at once. */
  readonly callers: number;
  /** How many runs of the other principal are timed. */
  readonly runs: number;
  /** Whether each caller is a principal of its own. */
  readonly areOne: boolean;
}

/** What the thread that asks for `/healthz` is told: where; without it, to stop. */
export interface WatchHealth {
  readonly url?: string;
}

/** The run that is timed: what an agent's small step is. */
const SHORT = `import { get_lead } from "./servers/crm";
for (let at = 1; at <= 20; at++) await get_lead({ lead_id: \`lead-\${String(at).padStart(5, "0")}\` });
return 20;`;

/** Lets callers post programs, one after the other, and measures what others notice. */
export async function measureCallers(options: MeasureCallersOptions): Promise<CallersFigures> {
  await using host = await startHostileHost(options.areOne ? 1 : options.callers);
  for (let run = 0; run < 3; run++) await host.run(SHORT);
  const aloneMs = await time(() => host.run(SHORT), options.runs);
  const stopping = new AbortController();
  using _stopping = { [Symbol.dispose]: () => stopping.abort() };
  const { signal } = stopping;
  using health = watchHealth(host);
  const counted = { ended: 0 };
  const callers = Array.from(
    { length: options.callers },
    (_, caller) => post(caller, { host, signal, counted, options }),
  );
  const besideMs = await time(() => host.run(SHORT), options.runs);
  const { ended } = counted;
  const healthMs = await health.stop();
  // With the worst on its way.
  const stopMs = await host.stop();
  stopping.abort();
  await Promise.allSettled(callers);
  return { healthMs, aloneMs, besideMs, ended, stopMs };
}

async function time(work: () => Promise<unknown>, count: number): Promise<number[]> {
  const samples: number[] = [];
  for (let run = 0; run < count; run++) {
    const began = performance.now();
    await work();
    samples.push(performance.now() - began);
  }
  return samples;
}

function watchHealth({ url }: HostileHost) {
  const thread = new Worker(new URL("./watch_health.ts", import.meta.url), { type: "module" });
  const told = Promise.withResolvers<number[]>();
  thread.onmessage = ({ data }) => told.resolve(data);
  thread.postMessage({ url: `${url}/healthz` } satisfies WatchHealth);
  return {
    /** What each answer took, in milliseconds. */
    stop(): Promise<number[]> {
      thread.postMessage({} satisfies WatchHealth);
      return told.promise;
    },
    [Symbol.dispose]: () => thread.terminate(),
  };
}

async function post(
  caller: number,
  { host, signal, counted, options: { programs, areOne } }: {
    host: HostileHost;
    signal: AbortSignal;
    counted: { ended: number };
    options: MeasureCallersOptions;
  },
): Promise<void> {
  const all = Object.values(programs);
  const principal = areOne ? 0 : caller;
  // Each begins elsewhere, so that different ones meet.
  for (let at = caller * 7; !signal.aborted; at++) {
    await host.post(all[at % all.length]!, principal, signal).catch(() => {});
    counted.ended++;
  }
}

/** The figures that are promised. */
export function summarize({ healthMs, aloneMs, besideMs, ...rest }: CallersFigures) {
  return {
    healthP99: percentile(healthMs, 0.99),
    p50: percentile(besideMs, 0.5) / percentile(aloneMs, 0.5),
    p95: percentile(besideMs, 0.95) / percentile(aloneMs, 0.95),
    aloneP50: percentile(aloneMs, 0.5),
    besideP50: percentile(besideMs, 0.5),
    ...rest,
  };
}
