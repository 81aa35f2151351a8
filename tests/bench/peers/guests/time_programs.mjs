import { performance } from "node:perf_hooks";
import { startServer } from "./mcp_pipe.mjs";

/** What the bench asks for: the values that programs must give, how often, and the tool's server. */
export const ORDER = JSON.parse(process.argv[2]);

const WARM_UP = 3;
/** A program that takes long is run fewer times. */
const LONGEST_MS = 15_000;
const FEWEST = 5;

/**
 * Times the programs on a peer, and prints the times as JSON.
 *
 * @param {(echo: (args: unknown) => Promise<unknown>) => Promise<(name: string) => Promise<unknown>>} start
 *   starts the peer with the tool that its programs call; gives what runs a program by its name
 */
export async function timePrograms(start) {
  const { expected, count, server } = ORDER;
  const call = startServer(server);
  const run = await start((args) => call("echo", args));
  const times = {};
  for (const [name, wanted] of Object.entries(expected)) {
    times[name] = [];
    const latest = performance.now() + LONGEST_MS;
    for (let i = -WARM_UP; i < count; i++) {
      if (i >= FEWEST && performance.now() > latest) break;
      const began = performance.now();
      const value = JSON.stringify(await run(name));
      if (i >= 0) times[name].push(performance.now() - began);
      if (value !== JSON.stringify(wanted)) throw new Error(`"${name}" gave ${value}`);
    }
  }
  process.stdout.write(`${JSON.stringify(times)}\n`, () => process.exit(0));
}
