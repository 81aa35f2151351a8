import { createHmac } from "node:crypto";
import { AirlockError } from "../model/errors.ts";
import type { Runtime } from "../runs/runtime.ts";
import { bearerOf, createPrincipalTokens, ownHosts } from "./check_token.ts";
import { createApp } from "./create_app.ts";
import { defaultMaxConnections } from "./http/connection_quota.ts";
import { type HttpListener, listenHttp, type ListenHttpOptions } from "./http/listen_http.ts";
import { createMcpEndpoint } from "./mcp/mcp_endpoint.ts";
import { openToken } from "./open_token.ts";
import { RunSlots } from "./run_slots.ts";

/** The HTTP API of a runtime, listening. */
interface Gateway {
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** The file with the owner's token. */
  readonly tokenPath: string;
  /**
   * Refuses new runs, gives active ones their time, cancels the rest, and resolves when every response
   * is sent.
   */
  stop(): Promise<void>;
}

/** How long a client may take to read its last response. */
const FLUSH_MS = 2_000;
/** How long a cancelled run may take to end. */
const CANCEL_MS = 10_000;
/** How long a run may wait for its turn. */
const WAIT_MS = 5_000;

/**
 * Starts the HTTP API of a runtime, always behind a token. The caller disposes the runtime.
 *
 * @param options where to listen. Default: the configuration's address and port; port 0 for any.
 * @throws {AirlockError} CONFIG_INVALID where it cannot listen, or the token is not safe
 */
export async function startGateway(
  runtime: Runtime,
  options: { readonly host?: string; readonly port?: number } = {},
): Promise<Gateway> {
  const { gateway: limits, folders } = runtime.config;
  const { host = limits.host, port = limits.port } = options;
  const { token, path: tokenPath } = await openToken(folders.state);
  const slots = new RunSlots({
    running: limits.concurrentRuns,
    waiting: limits.concurrentRuns,
    waitMs: WAIT_MS,
  });
  const findPrincipal = createPrincipalTokens(token, limits);
  // A request arrives in a later turn of the event loop, when the app exists.
  const server = listen({
    hostname: host,
    port,
    maxConnections: limits.connections ?? await defaultMaxConnections(),
    principalOf: (authorization) => bearerOf(authorization, findPrincipal),
    handler: (request) => app.fetch(request),
    warn: console.warn,
  });
  const hosts = ownHosts({ host, port: server.port });
  const mcp = createMcpEndpoint(
    { runtime, slots, report: console.error, warn: console.warn },
    { stateKey: stateKeyOf(token) },
  );
  const app = createApp({ runtime, token, hosts, slots, mcp });
  runtime.resumeLost();
  return {
    url: `http://${[...hosts][0]}`,
    tokenPath,
    async stop() {
      slots.close();
      if (!await settles(slots.idle, limits.shutdownMs)) {
        slots.cancelAll();
        await settles(slots.idle, CANCEL_MS);
      }
      await settles(mcp.close(), FLUSH_MS);
      const ended = server.shutdown();
      if (!await settles(ended, FLUSH_MS)) server.close();
      await ended;
    },
  };
}

/** The same after a restart: a question to a person outlives it, and so does the answer. */
function stateKeyOf(token: string): Uint8Array {
  return createHmac("sha256", token).update("mcp request state").digest();
}

function listen(options: ListenHttpOptions): HttpListener {
  const { hostname, port } = options;
  try {
    // To the system, an empty name is every address.
    if (hostname === "") throw new TypeError("there is no host");
    return listenHttp(options);
  } catch (cause) {
    const problem = cause instanceof Deno.errors.AddrInUse
      ? "it is in use"
      : "it cannot be listened on";
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot start gateway: ${hostname}:${port}: ${problem}`,
      { cause },
    );
  }
}

/** Resolves to whether `promise` settles in time. */
async function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
