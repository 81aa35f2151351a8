import type { ServerConfig } from "../config/servers.ts";
import type { Reaper } from "../process/start_reaper.ts";
import { ConnectionError, type McpClient, type McpClientEvents } from "./channel.ts";
import { planLaunch } from "./plan_launch.ts";
import type { HttpChannelOptions } from "./sdk_http_channel.ts";
import { StdioChannel } from "./stdio_channel.ts";

/** Options of {@linkcode connectServer}. */
export interface ConnectServerOptions {
  /** The folder that relative paths of the configuration start from. */
  readonly root: string;
  /** Called where a process is to be started. */
  readonly reaper: () => Promise<Reaper>;
  /** Of one message from or to the server. */
  readonly maxMessageBytes: number;
  readonly events: McpClientEvents;
  /** Gives up; its reason is what is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Starts a server or reaches it, and introduces us.
 *
 * @throws {ConnectionError} where that does not succeed; nothing is left of it by then
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

type RemoteServer = Extract<ServerConfig, { kind: "remote" }>;

/** Which of the two a server speaks that says nothing of it shows in its answer to the first. */
async function connectRemote(
  server: RemoteServer,
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

/** A server of revision 2024-11-05 refuses the first POST; 401 and 403 speak of who is asking. */
function isOlderServer(error: unknown): boolean {
  const status = error instanceof ConnectionError ? error.status ?? 0 : 0;
  return status >= 400 && status < 500 && status !== 401 && status !== 403;
}
