import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AirlockError } from "../../model/errors.ts";
import type { Principal } from "../../model/permission.ts";
import { HttpError, toRefusal, toResponse } from "../problem.ts";
import { acceptConnections } from "./accept_connections.ts";
import { ConnectionQuota } from "./connection_quota.ts";
import { HttpConnection } from "./http_connection.ts";
import { announcesBody, sendResponse, toRequest } from "./web_messages.ts";

/** A listening HTTP server. */
export interface HttpListener {
  readonly port: number;
  /** Accepts no more connections; resolves when the open ones have ended. */
  shutdown(): Promise<void>;
  /** Closes all connections at once. */
  close(): void;
}

/** What {@linkcode listenHttp} listens on, and its limits. */
export interface ListenHttpOptions {
  readonly hostname: string;
  readonly port: number;
  /** Open connections at once. */
  readonly maxConnections: number;
  /** Returns the principal of a header `Authorization`. */
  readonly principalOf: (authorization: string | undefined) => Principal | undefined;
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** Receives a line where connections are refused, at most one in ten seconds. */
  readonly warn: (line: string) => void;
  /** Deadline of the head of an anonymous request and its response. Default: 10,000. */
  readonly anonymousMs?: number;
  /** Longest time between a response to a principal and the end of the next head. Default: 60,000. */
  readonly idleMs?: number;
}

const ANONYMOUS_MS = 10_000;
const IDLE_MS = 60_000;
const MAX_HEAD_BYTES = 32 * 1024;
/** Active requests of one connection. */
const MAX_PIPELINED = 16;
const WARN_EVERY_MS = 10_000;

/**
 * Listens for HTTP/1.1. `Deno.serve` has no limits for heads and connections, and Node's listener
 * stops accepting after it once ran out of descriptors: connections are accepted and timed here, and
 * Node's server parses them.
 *
 * @throws what `Deno.listen` throws
 */
export function listenHttp(options: ListenHttpOptions): HttpListener {
  const { hostname, port, maxConnections, anonymousMs = ANONYMOUS_MS, idleMs = IDLE_MS } = options;
  const listener = Deno.listen({ hostname, port });
  const warn = seldom(options.warn, WARN_EVERY_MS);
  const quota = new ConnectionQuota({
    maxConnections,
    onFull: () => warn("Connections are sent away: there are as many as may be"),
  });
  const open = new Map<Duplex, HttpConnection>();
  const ended = Promise.withResolvers<void>();
  let stopping = false;
  const forget = (connection: HttpConnection) => {
    quota.remove(connection);
    open.delete(connection.stream);
    if (stopping && open.size === 0) ended.resolve();
  };
  const server = createParser({
    connectionOf: (stream) => open.get(stream),
    answer: createAnswer(options, { quota, isStopping: () => stopping }),
  });
  const accepting = acceptConnections(listener, {
    onConnection(conn) {
      conn.setNoDelay(true);
      const connection = new HttpConnection(conn, { anonymousMs, idleMs });
      connection.stream.once("close", () => forget(connection));
      open.set(connection.stream, connection);
      quota.add(connection);
      server.emit("connection", connection.stream);
    },
    makeRoom: () => quota.dropAnonymous(),
    onFailure: (error) => warn(`Connections are sent away: ${(error as Error).message}`),
  });
  return {
    port: (listener.addr as Deno.NetAddr).port,
    async shutdown() {
      if (!stopping) listener.close();
      stopping = true;
      for (const connection of open.values()) if (!connection.isBusy) connection.close();
      if (open.size === 0) ended.resolve();
      await Promise.all([accepting, ended.promise]);
    },
    close() {
      for (const connection of open.values()) connection.close();
    },
  };
}

type Answer = (
  connection: HttpConnection,
  message: IncomingMessage,
  out: ServerResponse,
) => Promise<void>;

/** Node's server, which does not listen: connections are passed to it. */
function createParser({ connectionOf, answer }: {
  readonly connectionOf: (stream: Duplex) => HttpConnection | undefined;
  readonly answer: Answer;
}): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    // Missing or duplicate hosts are refused where a response can say so.
    requireHostHeader: false,
    // The connection keeps the deadlines.
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
  });
  server.maxHeadersCount = 0;
  // Node's server closes each connection after one response when it does not listen.
  Object.defineProperty(server, "listening", { value: true });
  server.on("request", (message, out) => {
    const connection = connectionOf(message.socket);
    if (connection !== undefined) answer(connection, message, out);
  });
  server.on("clientError", (error: Error & { readonly code?: string }, stream) => {
    const { code = "" } = error;
    if (!code.startsWith("HPE_")) return void stream.destroy();
    connectionOf(stream)?.refuse(
      code === "HPE_HEADER_OVERFLOW"
        ? new HttpError("REQUEST_INVALID", "Cannot read request: its head is too long", {
          status: 431,
        })
        : new HttpError("REQUEST_INVALID", "Cannot read request: it is no HTTP/1.1"),
    );
  });
  return server;
}

/** Answers a request; an anonymous one is the last of its connection. */
function createAnswer(
  { principalOf, handler }: Pick<ListenHttpOptions, "principalOf" | "handler">,
  { quota, isStopping }: { quota: ConnectionQuota; isStopping: () => boolean },
): Answer {
  return async (connection, message, out) => {
    if (connection.active >= MAX_PIPELINED) return connection.close();
    const principal = principalOf(message.headers.authorization);
    const caller = principal === undefined ? "anonymous" : "principal";
    // The response to the previous request closes the connection.
    if (caller === "anonymous" && connection.isBusy) return;
    connection.begin(caller);
    const gone = new AbortController();
    out.once("close", () => {
      if (!out.writableFinished) gone.abort();
    });
    try {
      const isAdmitted = principal === undefined || quota.admit(connection, principal.name);
      const response = isAdmitted
        ? await respond(() => handler(toRequest(message, gone.signal)))
        : toResponse(toRefusal(tooMany()));
      const isUnread = announcesBody(message) && !message.complete;
      const isLast = principal === undefined || !isAdmitted || isStopping() || isUnread;
      await sendResponse(response, out, { isLast });
    } catch {
      // The response broke off.
      connection.close();
    } finally {
      connection.end(caller);
    }
  };
}

async function respond(handle: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await handle();
  } catch (error) {
    return toResponse(toRefusal(error));
  }
}

function tooMany(): AirlockError {
  return new AirlockError(
    "BUSY",
    "Cannot answer request: its caller has as many connections as may be",
  );
}

/** Passes on at most one line in each period, with the number of dropped ones. */
function seldom(write: (line: string) => void, everyMs: number): (line: string) => void {
  let writtenAt = -Infinity;
  let dropped = 0;
  return (line) => {
    const now = performance.now();
    if (now - writtenAt < everyMs) return void dropped++;
    write(dropped === 0 ? line : `${line} (and ${dropped} times more)`);
    writtenAt = now;
    dropped = 0;
  };
}
