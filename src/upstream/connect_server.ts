import type { ServerConfig } from "../config/servers.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { ConnectionError, type McpClient, type McpClientEvents } from "./channel.ts";
import { planLaunch } from "./plan_launch.ts";
import type { HttpChannelOptions } from "./sdk_http_channel.ts";
import { StdioChannel } from "./stdio_channel.ts";

interface ConnectServerOptions {
  /** The folder that relative paths of the configuration start from. */
  readonly root: string;
  /** Called before a process is started. */
  readonly reaper: () => Promise<Reaper>;
  readonly maxMessageBytes: number;
  readonly events: McpClientEvents;
  /** Ends the attempt, which then throws the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Starts or reaches a server, and initializes the connection.
 *
 * @throws {ConnectionError} where that fails; its process and connection are closed by then
 */
export async function connectServer(
  server: ServerConfig,
  options: ConnectServerOptions,
): Promise<McpClient> {
  if (server.kind === "remote") return await connectRemote(server, options);
  const { root, reaper, maxMessageBytes } = options;
  const plan = await planLaunch(server, root);
  const channel = new StdioChannel(plan, { reaper: await reaper(), maxMessageBytes });
  await channel.start();
  // Loading the SDK takes as long as a server takes to start, and not every program needs one.
  const { connectClient } = await import("./sdk_client.ts");
  return await connectClient(channel, options);
}

/** A server without a configured type is asked for Streamable HTTP, then for SSE. */
async function connectRemote(
  server: Extract<ServerConfig, { kind: "remote" }>,
  options: ConnectServerOptions,
): Promise<McpClient> {
  const { connectClient } = await import("./sdk_client.ts");
  const { HttpChannel } = await import("./sdk_http_channel.ts");
  const connect = (kind: HttpChannelOptions["kind"]) => {
    const { url, headers } = server;
    const { maxMessageBytes } = options;
    return connectClient(new HttpChannel(url, { kind, headers, maxMessageBytes }), options);
  };
  if (server.type === "sse") return await connect("sse");
  try {
    return await connect("streamable");
  } catch (error) {
    if (server.type !== undefined || !isOlderServer(error)) throw error;
    return await connect("sse").catch(() => Promise.reject(error));
  }
}

/** A server of revision 2024-11-05 refuses the first POST; 401 and 403 are about credentials. */
function isOlderServer(error: unknown): boolean {
  const status = error instanceof ConnectionError ? error.status ?? 0 : 0;
  return status >= 400 && status < 500 && status !== 401 && status !== 403;
}
