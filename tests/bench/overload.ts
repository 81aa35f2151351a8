import { startGateway } from "../../src/gateway/start_gateway.ts";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";
import { BENCH_PROGRAMS } from "./bench_programs.ts";
import { percentile, printTable } from "./statistics.ts";

const CLIENTS = [1, 16, 200];
const LASTS_MS = 5_000;

/** Prints how long clients wait when there are more than the gateway takes, and what the rest hears. */
export async function benchOverload(): Promise<void> {
  await using runtime = await startTestRuntime({
    mcpServers: { odd: oddServer() },
    pool: { idleWorkers: 2 },
  });
  const gateway = await startGateway(runtime, { port: 0 });
  const { concurrentRuns } = runtime.config.gateway;
  try {
    const token = (await Deno.readTextFile(gateway.tokenPath)).trim();
    const rows: (string | number)[][] = [
      [`clients at once, ${concurrentRuns} running`, "done/s", "p50 ms", "p99 ms", "longest"]
        .concat(["sent away", "p99 ms", "told when"]),
    ];
    for (const clients of CLIENTS) {
      rows.push([String(clients), ...await crowd(clients, { url: gateway.url, token })]);
    }
    printTable(rows);
  } finally {
    await gateway.stop();
  }
}

async function crowd(
  clients: number,
  target: { url: string; token: string },
): Promise<(string | number)[]> {
  const served: number[] = [];
  const refused: number[] = [];
  let toldWhen = 0;
  const began = performance.now();
  const one = async () => {
    while (performance.now() - began < LASTS_MS) {
      const { status, ms, retryAfterSeconds } = await ask(target);
      if (status === 200) served.push(ms);
      else if (status === 503) refused.push(ms);
      else throw new Error(`Cannot measure overload: status ${status}`);
      if (retryAfterSeconds === undefined) continue;
      toldWhen++;
      await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1_000));
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  const seconds = (performance.now() - began) / 1_000;
  return [
    served.length / seconds,
    percentile(served, 0.5),
    percentile(served, 0.99),
    Math.max(...served),
    String(refused.length),
    refused.length === 0 ? "" : percentile(refused, 0.99),
    refused.length === 0 ? "" : `${Math.round(toldWhen * 100 / refused.length)} %`,
  ];
}

async function ask({ url, token }: { url: string; token: string }) {
  const began = performance.now();
  const response = await fetch(`${url}/v1/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ code: BENCH_PROGRAMS[0]!.code }),
  });
  await response.body?.cancel();
  const ms = performance.now() - began;
  const after = response.headers.get("retry-after");
  return {
    status: response.status,
    ms,
    retryAfterSeconds: after === null ? undefined : Number(after),
  };
}

if (import.meta.main) await benchOverload();
