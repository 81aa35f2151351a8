import {
  type JsonBounds,
  JsonBoundsError,
  JsonScanner,
  JsonSyntaxError,
} from "../text/json_scanner.ts";
import type { MiddlewareHandler } from "hono";
import { AirlockError } from "../model/errors.ts";
import { hostTurns } from "../work/host_turns.ts";
import { principalOf } from "./check_token.ts";
import { HttpError } from "./problem.ts";

/** Bounds of a request's body and of a message; a larger request is a program, or several requests. */
export const BODY_BOUNDS: JsonBounds = { depth: 210, nodes: 50_000, names: 5_000 };

/** The bounds in words, for messages. */
export const BOUNDS_IN_WORDS: Readonly<Record<keyof JsonBounds, string>> = {
  depth: `${BODY_BOUNDS.depth} levels`,
  nodes: `${BODY_BOUNDS.nodes} values`,
  names: `${BODY_BOUNDS.names} names in one object`,
};

/** How a body is read. */
interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Longest time from the first byte to the last. */
  readonly timeoutMs: number;
}

/** Replaces a body that is not JSON. */
const NO_JSON = "?";
/** Cost of a value after it was read: parsing, validation, journal. */
const MS_PER_NODE = 0.0005;
const INITIAL_BYTES = 16 * 1024;

/**
 * Reads the body of a request, whatever length it claims, and accepts only JSON with a bounded number
 * of values: a handler never gets more than it can read without blocking the host.
 */
export function readBody(options: ReadBodyOptions): MiddlewareHandler {
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body !== null) {
      const principal = principalOf(c)?.name ?? "";
      const outline = new BodyOutline(principal);
      const bytes = await readBytes(body, { ...options, onChunk: (chunk) => outline.push(chunk) });
      if (bytes.length > 0) checkType(c.req.header("content-type"));
      const text = decode(bytes);
      const isJson = bytes.length === 0 || outline.end();
      await hostTurns.inTurn(principal, () => {
        hostTurns.charge(principal, outline.nodes * MS_PER_NODE);
      });
      c.req.raw = new Request(c.req.raw, { body: isJson ? text : NO_JSON });
    }
    await next();
  };
}

/** Counts the values of a body while its bytes arrive, before it is parsed. */
class BodyOutline {
  readonly #principal: string;
  readonly #scanner = new JsonScanner(BODY_BOUNDS);
  #isJson = true;

  constructor(principal: string) {
    this.#principal = principal;
  }

  /** Values so far. */
  get nodes(): number {
    return this.#scanner.nodes;
  }

  /** @throws {AirlockError} TOO_LARGE */
  push(chunk: Uint8Array): void {
    const began = performance.now();
    this.#isJson &&= isGrammatical(() => this.#scanner.push(chunk));
    hostTurns.charge(this.#principal, performance.now() - began);
  }

  /** Whether all of it is one JSON value. */
  end(): boolean {
    return this.#isJson && isGrammatical(() => this.#scanner.end());
  }
}

function isGrammatical(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return false;
    if (error instanceof JsonBoundsError) throw tooMuch(error.bound);
    throw error;
  }
}

async function readBytes(
  body: ReadableStream<Uint8Array>,
  { maxBytes, timeoutMs, onChunk }: ReadBodyOptions & { onChunk: (chunk: Uint8Array) => void },
): Promise<Uint8Array> {
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeoutMs);
  try {
    // One buffer that grows: a list of one-byte chunks would cost a hundred times as much.
    let buffer = new Uint8Array(Math.min(maxBytes, INITIAL_BYTES));
    let size = 0;
    for (let read; !(read = await reader.read().catch(brokenOff)).done;) {
      const needed = size + read.value.length;
      if (needed > maxBytes) throw tooLarge(maxBytes);
      onChunk(read.value);
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

function tooMuch(bound: keyof JsonBounds): AirlockError {
  return new AirlockError(
    "TOO_LARGE",
    `Cannot read request: its body has more than ${BOUNDS_IN_WORDS[bound]}`,
    { hint: "Send less at once, or a program that makes what a tool is to be given" },
  );
}

function tooLate(timeoutMs: number): HttpError {
  return new HttpError(
    "REQUEST_INVALID",
    `Cannot read request: its body did not come within ${timeoutMs} ms`,
    { status: 408, headers: { "Connection": "close" } },
  );
}
