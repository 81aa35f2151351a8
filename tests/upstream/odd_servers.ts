import { fromFileUrl, join } from "@std/path";
import { type ConfigInput, parseConfig } from "../../src/config/config.ts";
import { createUpstreams, type Upstreams } from "../../src/upstream/upstreams.ts";

const oddServer = fromFileUrl(new URL("../fixtures/servers/odd.ts", import.meta.url));

/** A line of the log that odd servers keep. */
export interface LogEntry {
  readonly pid: number;
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Upstreams with a folder of their own, where odd servers keep their log. */
export interface Odd extends AsyncDisposable {
  readonly upstreams: Upstreams;
  /** Calls a tool of the server "odd". */
  readonly call: (tool: string, args?: Record<string, unknown>) => Promise<unknown>;
  /** What the servers have logged. */
  readonly log: (event?: string) => Promise<readonly LogEntry[]>;
  /** Resolves with the log's entries for the event when there are as many. */
  readonly logged: (event: string, count?: number) => Promise<readonly LogEntry[]>;
  /** Opens the same configuration once more, as a host would that starts again. */
  readonly reopen: (
    limits?: ConfigInput["limits"],
    options?: Parameters<typeof createUpstreams>[1],
  ) => Promise<Upstreams>;
}

/** An entry of `mcpServers` beside the command line. */
export type OddEntry = Record<string, unknown> & { readonly switches?: readonly string[] };

/** Makes upstreams of odd servers: one called "odd", or several by name. */
export async function openOdd(
  entry: OddEntry | Readonly<Record<string, OddEntry>> = {},
  { several = false }: { several?: boolean } = {},
): Promise<Odd> {
  const folder = await Deno.makeTempDir();
  const logFile = join(folder, "log");
  const entries = several ? entry as Record<string, OddEntry> : { odd: entry as OddEntry };
  const mcpServers = Object.fromEntries(
    Object.entries(entries).map(([name, { switches = [], ...rest }]) => {
      const args = ["run", "-A", oddServer, "--log", logFile, ...switches];
      return [name, { command: "deno", args, ...rest }];
    }),
  );
  const open: Odd["reopen"] = async (limits = {}, options = {}) => {
    const folders = { state: join(folder, "state") };
    const config = await parseConfig({ mcpServers, folders, limits }, { root: folder });
    return createUpstreams(config, options);
  };
  const upstreams = await open();
  const log = async (event?: string) => {
    const text = await Deno.readTextFile(logFile).catch(() => "");
    const all = text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as LogEntry);
    return event === undefined ? all : all.filter((one) => one.event === event);
  };
  return {
    upstreams,
    call: (tool, args = {}) => upstreams.callTool({ server: "odd", tool, arguments: args }),
    log,
    async logged(event, count = 1) {
      return await until(async () => {
        const found = await log(event);
        return found.length >= count ? found : undefined;
      });
    },
    reopen: open,
    async [Symbol.asyncDispose]() {
      await upstreams.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Resolves with the first result of `look` that is one; gives up after ten seconds. */
export async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("Cannot wait any longer: what was waited for has not come");
}
