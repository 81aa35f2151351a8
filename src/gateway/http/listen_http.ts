import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AirlockError } from "../../model/errors.ts";
import type { Principal } from "../../model/permission.ts";
import { HttpError } from "../http_error.ts";
import { toRefusal, toResponse } from "../problem.ts";
import { acceptConnections } from "./accept_connections.ts";
import { ConnectionRoom } from "./connection_room.ts";
import { HttpConnection } from "./http_connection.ts";
import { sendResponse } from "./send_response.ts";
import { announcesBody, toRequest } from "./to_request.ts";

/** HTTP, listening. */
export interface HttpListener {
  readonly port: number;
  /** Takes no more connections; resolves when those that are open have ended. */
  shutdown(): Promise<void>;
  /** Ends all connections at once. */
  close(): void;
}

/** Options of {@linkcode listenHttp}. */
export interface ListenHttpOptions {
  readonly hostname: string;
  readonly port: number;
  /** How many connections may be open at once. */
  readonly maxConnections: number;
  /** Says whose a request is, by its header `Authorization`. */
  readonly principalOf: (authorization: string | undefined) => Principal | undefined;
  readonly handler: (request: Request) => Response | Promise<Response>;
  /** Hears that connections are sent away, once in ten seconds at most. */
  readonly warn: (line: string) => void;
  /** How long a stranger may take for a head and the answer to it. Default: 10,000. */
  readonly strangerMs?: number;
  /** How long a caller may be between an answer and the end of the next head. Default: 60,000. */
  readonly idleMs?: number;
}

const STRANGER_MS = 10_000;
const IDLE_MS = 60_000;
const MAX_HEAD_BYTES = 32 * 1024;
/** Requests of one connection that are being answered. */
const MAX_PIPELINED = 16;
const WARN_EVERY_MS = 10_000;

/**
 * Listens for HTTP/1.1. `Deno.serve` sets no bounds to heads and to connections, and Node's listener
 * is deaf after it once ran out of descriptors: connections are taken and timed here, and Node's
 * server parses them.
 *
 * @throws what `Deno.listen` throws
 */
export function listenHttp(options: ListenHttpOptions): HttpListener {
  const { hostname, port, maxConnections, strangerMs = STRANGER_MS, idleMs = IDLE_MS } = options;
  const listener = Deno.listen({ hostname, port });
  const warn = seldom(options.warn, WARN_EVERY_MS);
  const room = new ConnectionRoom({
    maxConnections,
    onFull: () => warn("Connections are sent away: there are as many as may be"),
  });
  const open = new Map<Duplex, HttpConnection>();
  const ended = Promise.withResolvers<void>();
  let stopping = false;
  const leave = (connection: HttpConnection) => {
    room.leave(connection);
    open.delete(connection.stream);
    if (stopping && open.size === 0) ended.resolve();
  };
  const server = createParser({
    connectionOf: (stream) => open.get(stream),
    answer: createAnswer(options, { room, isStopping: () => stopping }),
  });
  const accepting = acceptConnections(listener, {
    onConnection(conn) {
      conn.setNoDelay(true);
      const connection = new HttpConnection(conn, { strangerMs, idleMs });
      connection.stream.once("close", () => leave(connection));
      open.set(connection.stream, connection);
      room.enter(connection);
      server.emit("connection", connection.stream);
    },
    makeRoom: () => room.dropStranger(),
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

interface ParserOptions {
  readonly connectionOf: (stream: Duplex) => HttpConnection | undefined;
  readonly answer: Answer;
}

/** Node's server, which listens to nothing: connections are given to it. */
function createParser({ connectionOf, answer }: ParserOptions): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    // They are missed, and counted, where an answer can say so.
    requireHostHeader: false,
    // Time is kept by the connection.
    keepAliveTimeout: 0,
    headersTimeout: 0,
    requestTimeout: 0,
  });
  server.maxHeadersCount = 0;
  // Node's server ends each connection after one answer when it does not listen.
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

interface AnswerOptions {
  readonly room: ConnectionRoom;
  readonly isStopping: () => boolean;
}

/** Answers a request; that of a stranger is the last of its connection. */
function createAnswer(
  { principalOf, handler }: Pick<ListenHttpOptions, "principalOf" | "handler">,
  { room, isStopping }: AnswerOptions,
): Answer {
  return async (connection, message, out) => {
    if (connection.underWay >= MAX_PIPELINED) return connection.close();
    const principal = principalOf(message.headers.authorization);
    const whose = principal === undefined ? "stranger" : "caller";
    // With the answer to the one before, its connection ends.
    if (whose === "stranger" && connection.isBusy) return;
    connection.begin(whose);
    const gone = new AbortController();
    out.once("close", () => {
      if (!out.writableFinished) gone.abort();
    });
    try {
      const isAdmitted = principal === undefined || room.admit(connection, principal.name);
      const response = isAdmitted
        ? await respond(() => handler(toRequest(message, gone.signal)))
        : toResponse(toRefusal(tooMany()));
      const isUnread = announcesBody(message) && !message.complete;
      const isLast = principal === undefined || !isAdmitted || isStopping() || isUnread;
      await sendResponse(response, out, { isLast });
    } catch {
      // The answer broke off, and so does its connection.
      connection.close();
    } finally {
      connection.ended(whose);
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

/** Passes on one line in so long, and says how many were not. */
function seldom(tell: (line: string) => void, everyMs: number): (line: string) => void {
  let toldAt = -Infinity;
  let untold = 0;
  return (line) => {
    const now = performance.now();
    if (now - toldAt < everyMs) return void untold++;
    tell(untold === 0 ? line : `${line} (and ${untold} times more)`);
    toldAt = now;
    untold = 0;
  };
}
