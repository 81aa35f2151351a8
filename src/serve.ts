/**
 * `deno task serve [--host 127.0.0.1] [--port 7420] [--config FILE]`
 *
 * @module
 */
import { exitWithUsage } from "./cli/exit_with_usage.ts";
import { findConfig } from "./cli/find_config.ts";
import { parseCommandLine } from "./cli/parse_command_line.ts";
import { warnOfOriginals } from "./cli/warn_of_originals.ts";
import { AirlockError } from "./errors.ts";
import { startGateway } from "./gateway/start_gateway.ts";
import { createRuntime } from "./runtime.ts";
import { guardConsole } from "./cli/guard_console.ts";

const USAGE = "Usage: deno task serve [--host 127.0.0.1] [--port 7420] [--config FILE]";
const STOP_SIGNALS: readonly Deno.Signal[] = ["SIGTERM", "SIGINT"];
/** The end of the terminal it was started from, if there is one. */
const HANGUP: Deno.Signal = "SIGHUP";
/** What a shell says of a program that an interrupt has ended. */
const INTERRUPTED = 130;

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

/** A fault that nothing waits for costs what it belongs to, and not the runs of everybody. */
function outliveFaults(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("A fault that nothing waited for:", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    console.error("A fault that nothing caught:", event.error);
  });
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new AirlockError("USAGE", `Cannot read command: "--port" must be 0 to 65535`);
}

/**
 * Resolves at the first signal to stop; the second ends the process at once. To hang up is such a signal
 * on a terminal only: a service that somebody asks to read its configuration again is not ended.
 */
function waitForSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const isOnTerminal = Deno.stdin.isTerminal();
  Deno.addSignalListener(HANGUP, () => {
    if (isOnTerminal) resolve();
    else {console.error(
        "SIGHUP does nothing here; SIGTERM ends Airlock, and a start reads its configuration",
      );}
  });
  let stopping = false;
  for (const signal of STOP_SIGNALS) {
    Deno.addSignalListener(signal, () => {
      if (stopping) Deno.exit(INTERRUPTED);
      stopping = true;
      resolve();
    });
  }
  return promise;
}
