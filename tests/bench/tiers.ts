import type { Isolation } from "../../src/config/limits.ts";
import { offerTier } from "../../src/sandbox/open_tier.ts";
import { startTestRuntime } from "../fixtures/test_runtime.ts";
import { bareRuns } from "./bare_runs.ts";
import { percentile, printTable, sample } from "./statistics.ts";

const TIERS: Readonly<Record<string, Isolation>> = {
  process: { tier: "process" },
  bubblewrap: { tier: "bubblewrap" },
  "container, crun": { tier: "container", runtime: "crun" },
  "container, runsc": { tier: "container", runtime: "runsc" },
};

const COUNT = 20;

/** Prints what a cold run takes in each tier that the machine has, beside a bare `deno run`. */
export async function benchTiers(): Promise<void> {
  const bare = percentile(await bareRuns(COUNT), 0.5);
  const rows: (string | number)[][] = [
    ["a cold run in a tier, ms", "p50", "p95", "÷ bare"],
    ["bare deno run", bare, "", 1],
  ];
  for (const [name, tier] of Object.entries(TIERS)) {
    const { create } = await offerTier(tier);
    if (create === undefined) {
      rows.push([name, "not here", "", ""]);
      continue;
    }
    const times = await coldRuns(tier);
    const p50 = percentile(times, 0.5);
    rows.push([name, p50, percentile(times, 0.95), p50 / bare]);
  }
  printTable(rows);
}

async function coldRuns(isolation: Isolation): Promise<number[]> {
  await using runtime = await startTestRuntime({ isolation });
  return await sample(async () => {
    const { status, error } = await runtime.run({ code: "return 1 + 1;" });
    if (status !== "completed") throw new Error(`Cannot measure tier: ${error?.message}`);
  }, { count: COUNT });
}

if (import.meta.main) await benchTiers();
