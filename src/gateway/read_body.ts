import type { MiddlewareHandler } from "hono";
import { AirlockError } from "../errors.ts";
import { HttpError } from "./http_error.ts";

/** Options of {@linkcode readBody}. */
export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Longest time from the first byte to the last. */
  readonly timeoutMs: number;
}

/** Reads the body of a request, whatever length it claims, and takes none but JSON. */
export function readBody(options: ReadBodyOptions): MiddlewareHandler {
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body !== null) {
      const bytes = await readBytes(body, options);
      if (bytes.length > 0) checkType(c.req.header("content-type"));
      c.req.raw = new Request(c.req.raw, { body: decode(bytes) });
    }
    await next();
  };
}

async function readBytes(
  body: ReadableStream<Uint8Array>,
  { maxBytes, timeoutMs }: ReadBodyOptions,
): Promise<Uint8Array> {
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeoutMs);
  try {
    // One buffer that grows: a chunk of one byte must not cost a hundred.
    let buffer = new Uint8Array(Math.min(maxBytes, INITIAL_BYTES));
    let size = 0;
    for (let read; !(read = await reader.read().catch(brokenOff)).done;) {
      const needed = size + read.value.length;
      if (needed > maxBytes) throw tooLarge(maxBytes);
      if (needed > buffer.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, 2 * buffer.length)));
        larger.set(buffer.subarray(0, size));
        buffer = larger;
      }
      buffer.set(read.value, size);
      size = needed;
    }
    if (late) throw tooLate(timeoutMs);
    return buffer.subarray(0, size);
  } finally {
    clearTimeout(timer);
    reader.cancel().catch(() => {});
  }
}

const INITIAL_BYTES = 16 * 1024;

function brokenOff(): never {
  throw new HttpError("REQUEST_INVALID", "Cannot read request: its body broke off");
}

function checkType(contentType: string | undefined): void {
  if (/^application\/json *(; *charset="?utf-8"? *)?$/i.test(contentType ?? "")) return;
  throw new HttpError(
    "REQUEST_INVALID",
    "Cannot read request: its content type is not application/json",
    { status: 415, headers: { "Accept": "application/json" } },
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError("REQUEST_INVALID", "Cannot read request: its body is not UTF-8");
  }
}

function tooLarge(maxBytes: number): AirlockError {
  return new AirlockError(
    "TOO_LARGE",
    `Cannot read request: its body has more than ${maxBytes} bytes`,
  );
}

function tooLate(timeoutMs: number): HttpError {
  return new HttpError(
    "REQUEST_INVALID",
    `Cannot read request: its body did not come within ${timeoutMs} ms`,
    { status: 408, headers: { "Connection": "close" } },
  );
}
