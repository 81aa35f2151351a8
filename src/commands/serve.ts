/**
 * `deno task serve [--host 127.0.0.1] [--port 7420] [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { warnOfOriginals } from "./warn_of_originals.ts";
import { AirlockError } from "../model/errors.ts";
import { startGateway } from "../gateway/start_gateway.ts";
import { createRuntime } from "../host/create_runtime.ts";
import { guardConsole } from "./guard_console.ts";
import { outliveFaults } from "./outlive_faults.ts";
import { waitForSignal } from "./wait_for_signal.ts";

const USAGE = "Usage: deno task serve [--host 127.0.0.1] [--port 7420] [--config FILE]";

if (import.meta.main) {
  outliveFaults();
  guardConsole();
  // Nothing that a client or a server has left open keeps the process.
  Deno.exit(await main(Deno.args).catch((error) => exitWithUsage(error, USAGE)));
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseCommandLine(args, {
    positionals: 0,
    options: {
      host: { type: "string" },
      port: { type: "string" },
      config: { type: "string" },
    },
  });
  const port = values.port === undefined ? undefined : readPort(values.port);
  const config = await findConfig(values.config);
  const stopped = waitForSignal();
  await using runtime = await createRuntime(config);
  const gateway = await startGateway(runtime, {
    ...(values.host !== undefined && { host: values.host }),
    ...(port !== undefined && { port }),
  });
  for (const warning of warnOfOriginals(config.audit)) console.error(warning);
  console.log(`Airlock listens on ${gateway.url} (token: ${gateway.tokenPath})`);
  await stopped;
  await gateway.stop();
  return 0;
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new AirlockError("USAGE", `Cannot read command: "--port" must be 0 to 65535`);
}
