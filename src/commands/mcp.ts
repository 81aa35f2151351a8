import { serveMcpStdio } from "../gateway/mcp/serve_mcp_stdio.ts";
import { RunSlots } from "../gateway/run_slots.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { defineCommand, findConfig, main } from "./command_line.ts";
import { explainFault } from "./explain_fault.ts";
import { outliveFaults, waitForSignal } from "./host_process.ts";

/** How long a run may wait for its turn. */
const WAIT_MS = 5_000;
/** How long the end may take after a signal. */
const END_MS = 10_000;

const command = defineCommand({
  verb: "mcp",
  options: { config: "FILE" },
  forms: {
    async ""(_words, values) {
      const config = await findConfig(values.config);
      const { concurrentRuns: running } = config.gateway;
      const slots = new RunSlots({ running, waiting: running, waitMs: WAIT_MS });
      const stop = new AbortController();
      waitForSignal().then(() => {
        stop.abort();
        setTimeout(() => Deno.exit(0), END_MS);
      });
      await using runtime = await createRuntime(config);
      // Standard output belongs to the client.
      const report = (error: unknown) => {
        const { code, message } = explainFault(error);
        console.error(`${code}: ${message}`);
      };
      await serveMcpStdio({ runtime, slots, report, warn: console.error, stop: stop.signal });
      return 0;
    },
  },
});

if (import.meta.main) {
  outliveFaults();
  await main(command, "at once");
}
