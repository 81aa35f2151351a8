import type { ServerResponse } from "node:http";

/** Options of {@linkcode sendResponse}. */
export interface SendResponseOptions {
  /** Whether its connection ends with it. */
  readonly isLast: boolean;
}

/**
 * Sends a web response; resolves when all of it is given to the connection, or that is gone. No more
 * of it is read than its client takes.
 */
export async function sendResponse(
  response: Response,
  out: ServerResponse,
  { isLast }: SendResponseOptions,
): Promise<void> {
  const { status, body } = response;
  const headers = new Headers(response.headers);
  // Whether a connection stays is not for an answer to promise: its client may have said that it ends.
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

/** Statuses of answers that cannot have a body. */
const BODYLESS = [204, 304];

async function pump(body: ReadableStream<Uint8Array>, out: ServerResponse): Promise<void> {
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  out.once("close", leave);
  try {
    for (let read; !(read = await reader.read()).done && !out.destroyed;) {
      if (!out.write(read.value)) await once(out, ["drain", "close"]);
    }
    out.end();
  } finally {
    out.off("close", leave);
  }
}

function once(out: ServerResponse, events: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (out.destroyed) return Promise.resolve();
  for (const event of events) out.once(event, resolve);
  return promise.finally(() => events.forEach((event) => out.off(event, resolve)));
}
