/**
 * `deno task mcp [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { serveMcpStdio } from "../gateway/mcp/serve_mcp_stdio.ts";
import { RunSlots } from "../gateway/run_slots.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { guardConsole } from "./guard_console.ts";
import { toldFault } from "./explain_fault.ts";
import { outliveFaults } from "./outlive_faults.ts";
import { waitForSignal } from "./wait_for_signal.ts";

const USAGE = "Usage: deno task mcp [--config FILE]";
/** How long a run may wait for its turn. */
const WAIT_MS = 5_000;

/** How long its end may take after a signal. */
const END_MS = 10_000;

if (import.meta.main) {
  outliveFaults();
  guardConsole();
  // Nothing that a server has left open keeps the process.
  Deno.exit(await main(Deno.args).catch((error) => exitWithUsage(error, USAGE)));
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, {
    positionals: 0,
    options: { config: { type: "string" } },
  });
  const config = await findConfig(values.config);
  const { concurrentRuns } = config.gateway;
  const slots = new RunSlots({ running: concurrentRuns, waiting: concurrentRuns, waitMs: WAIT_MS });
  const stop = new AbortController();
  waitForSignal().then(() => {
    stop.abort();
    setTimeout(() => Deno.exit(0), END_MS);
  });
  await using runtime = await createRuntime(config);
  // Standard output is the client's.
  const report = (error: unknown) => console.error(toldFault(error));
  await serveMcpStdio({ runtime, slots, report, warn: console.error, stop: stop.signal });
  return 0;
}
