import type { IncomingMessage } from "node:http";
import { HttpError } from "../http_error.ts";

const MAX_HEADERS = 100;
/** What an authority can be made of; anything else would move where a URL begins its path. */
const AUTHORITY = /^[A-Za-z0-9._:[\]-]+$/;
/** What fetch has no request of. */
const NO_REQUESTS = ["CONNECT", "TRACE", "TRACK"];

/**
 * Makes a web request of what Node has read.
 *
 * @param signal aborts when the client goes away
 * @throws {HttpError} where it is none that can be answered
 */
export function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url: target = "/" } = message;
  const headers = readHeaders(message);
  if (NO_REQUESTS.includes(method)) {
    throw new HttpError("REQUEST_INVALID", `Cannot answer request: nothing here does ${method}`, {
      status: 405,
      headers: { "Allow": "GET, POST, DELETE" },
    });
  }
  const canHaveBody = method !== "GET" && method !== "HEAD";
  const url = urlOf(target, hostOf(message));
  return new Request(url, {
    method,
    headers,
    signal,
    ...(canHaveBody && announcesBody(message) && { body: bodyOf(message) }),
  });
}

function readHeaders({ rawHeaders }: IncomingMessage): Headers {
  if (rawHeaders.length > 2 * MAX_HEADERS) {
    throw new HttpError(
      "REQUEST_INVALID",
      `Cannot read request: it has more than ${MAX_HEADERS} headers`,
      { status: 431 },
    );
  }
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return headers;
}

function hostOf({ rawHeaders }: IncomingMessage): string {
  const hosts = rawHeaders.filter((_, i) =>
    i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === "host"
  );
  const [host = ""] = hosts;
  if (host === "" || hosts.length > 1) {
    throw new HttpError(
      "REQUEST_INVALID",
      `Cannot answer request: it has ${hosts.length > 1 ? "two hosts" : "no Host"}`,
      { hint: "Send the header Host with the name and the port of the gateway, once" },
    );
  }
  if (!AUTHORITY.test(host)) {
    throw new HttpError("FORBIDDEN", "Cannot answer request: its Host is not this gateway's");
  }
  return host;
}

/** What is no URL is a path of the host: its dots are resolved before anybody looks at it. */
function urlOf(target: string, host: string): string {
  if (target.startsWith("/")) return `http://${host}${target}`;
  const { protocol, username, password } = URL.parse(target) ?? {};
  if (protocol === "http:" && !username && !password) return target;
  throw new HttpError("REQUEST_INVALID", "Cannot answer request: its target is not a path");
}

/** Whether the head of a request says that a body comes. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** What may come on the wire for each byte of a body, and beside all of it. */
const MAX_WIRE_SHARE = 1.1;
const MAX_WIRE_BESIDE = 256 * 1024;

/** A body that comes in chunks of a few bytes costs a hundred times what it says. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  const { socket } = message;
  const before = socket.bytesRead;
  let size = 0;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) return controller.close();
      size += value.length;
      const most = MAX_WIRE_SHARE * size + MAX_WIRE_BESIDE;
      if (socket.bytesRead - before > most) throw new Error("Its chunks are too small");
      controller.enqueue(new Uint8Array(value));
    },
    // What still comes is left to the end of the connection.
    cancel() {},
  }, { highWaterMark: 0 });
}
