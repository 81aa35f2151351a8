import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpError } from "../problem.ts";

const MAX_HEADERS = 100;
/** The characters of an authority; others would move the beginning of the URL's path. */
const AUTHORITY = /^[A-Za-z0-9._:[\]-]+$/;
/** Methods that fetch has no request for. */
const REFUSED_METHODS = ["CONNECT", "TRACE", "TRACK"];

/**
 * Makes a web request of a Node message.
 *
 * @param signal aborts when the client disconnects
 * @throws {HttpError} where it cannot be answered
 */
export function toRequest(message: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url: target = "/" } = message;
  const headers = readHeaders(message);
  if (REFUSED_METHODS.includes(method)) {
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

/** A target that is not a URL is a path of the host; its dots are resolved before it is matched. */
function urlOf(target: string, host: string): string {
  if (target.startsWith("/")) return `http://${host}${target}`;
  const { protocol, username, password } = URL.parse(target) ?? {};
  if (protocol === "http:" && !username && !password) return target;
  throw new HttpError("REQUEST_INVALID", "Cannot answer request: its target is not a path");
}

/** Whether the head of a request announces a body. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/** Bytes on the wire: at most so many for each byte of a body, and so many beside it. */
const MAX_WIRE_SHARE = 1.1;
const MAX_WIRE_BESIDE = 256 * 1024;

/** Refuses a body in chunks of a few bytes, which costs a hundred times its size. */
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
    // Further input is dropped at the end of the connection.
    cancel() {},
  }, { highWaterMark: 0 });
}

/**
 * Sends a web response; resolves when all of it is written, or the connection is closed. The body is
 * read no faster than the client reads.
 *
 * @param isLast whether the response closes the connection
 */
export async function sendResponse(
  response: Response,
  out: ServerResponse,
  { isLast }: { readonly isLast: boolean },
): Promise<void> {
  const { status, body } = response;
  const headers = new Headers(response.headers);
  // The response does not decide alone: the client may close the connection too.
  const ends = isLast || headers.get("connection")?.toLowerCase() === "close";
  headers.delete("connection");
  if (ends) headers.set("Connection", "close");
  const isStream = headers.get("content-type")?.startsWith("text/event-stream") ?? false;
  if (isStream && body !== null && out.req.method !== "HEAD") {
    out.writeHead(status, [...headers].flat());
    out.flushHeaders();
    await pump(body, out);
  } else {
    const bytes = await response.bytes();
    if (!BODYLESS.includes(status)) headers.set("Content-Length", String(bytes.length));
    out.writeHead(status, [...headers].flat());
    out.end(bytes);
  }
  if (!out.writableFinished && !out.destroyed) await once(out, ["finish", "close"]);
}

/** Statuses without a body. */
const BODYLESS = [204, 304];

async function pump(body: ReadableStream<Uint8Array>, out: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  out.once("close", cancel);
  try {
    for (let read; !(read = await reader.read()).done && !out.destroyed;) {
      if (!out.write(read.value)) await once(out, ["drain", "close"]);
    }
    out.end();
  } finally {
    out.off("close", cancel);
  }
}

function once(out: ServerResponse, events: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (out.destroyed) return Promise.resolve();
  for (const event of events) out.once(event, resolve);
  return promise.finally(() => events.forEach((event) => out.off(event, resolve)));
}
