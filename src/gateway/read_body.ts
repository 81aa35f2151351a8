import type { MiddlewareHandler } from "hono";
import { AirlockError } from "../model/errors.ts";
import {
  type JsonBounds,
  JsonBoundsError,
  JsonScanner,
  JsonSyntaxError,
} from "../text/json_scanner.ts";
import { hostTurns } from "../work/host_turns.ts";
import { BODY_BOUNDS, BOUNDS_IN_WORDS } from "./body_bounds.ts";
import { principalOf } from "./check_token.ts";
import { HttpError } from "./http_error.ts";

/** Options of {@linkcode readBody}. */
export interface ReadBodyOptions {
  readonly maxBytes: number;
  /** Longest time from the first byte to the last. */
  readonly timeoutMs: number;
}

/** What is handed on in the place of what is no JSON. */
const NO_JSON = "?";
/** What is made of a value after it was read: parsed, checked, written down. */
const MS_PER_NODE = 0.0005;

/**
 * Reads the body of a request, whatever length it claims, and takes none but JSON of a bounded number
 * of values: nobody behind this can be given more than can be read at a stretch.
 */
export function readBody(options: ReadBodyOptions): MiddlewareHandler {
  return async (c, next) => {
    const { body } = c.req.raw;
    if (body !== null) {
      const principal = principalOf(c)?.name ?? "";
      const outline = new BodyOutline(principal);
      const bytes = await readBytes(body, { ...options, look: (part) => outline.look(part) });
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

/** Counts what there is in a body while its bytes come, before anything is made of them. */
class BodyOutline {
  readonly #principal: string;
  readonly #scanner = new JsonScanner(BODY_BOUNDS);
  #isJson = true;

  constructor(principal: string) {
    this.#principal = principal;
  }

  /** Values until now. */
  get nodes(): number {
    return this.#scanner.nodes;
  }

  /** @throws {AirlockError} TOO_LARGE */
  look(part: Uint8Array): void {
    const began = performance.now();
    this.#isJson &&= keepsGrammar(() => this.#scanner.push(part));
    hostTurns.charge(this.#principal, performance.now() - began);
  }

  /** Whether all of it is one JSON value. */
  end(): boolean {
    return this.#isJson && keepsGrammar(() => this.#scanner.end());
  }
}

function keepsGrammar(read: () => void): boolean {
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
  { maxBytes, timeoutMs, look }: ReadBodyOptions & { look: (part: Uint8Array) => void },
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
      look(read.value);
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
