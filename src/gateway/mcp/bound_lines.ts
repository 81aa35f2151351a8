import { Buffer } from "node:buffer";
import { Transform } from "node:stream";
import {
  type JsonBounds,
  JsonBoundsError,
  JsonScanner,
  JsonSyntaxError,
} from "../../text/json_scanner.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { countModelTokens } from "../../text/count_model_tokens.ts";

/** Why a line is dropped. */
export type LineFault =
  | { readonly kind: "bytes" }
  | { readonly kind: "bounds"; readonly bound: keyof JsonBounds }
  | { readonly kind: "syntax" }
  | { readonly kind: "message" };

const NEWLINE = 0x0a;

/**
 * Passes on whole lines that are messages. Lines that are too long, have too many values or are no
 * messages are dropped and reported: the library would not respond to them.
 */
export function boundLines({ maxBytes, bounds, onRefused }: {
  /** Of a line, without its end. */
  readonly maxBytes: number;
  /** Of the JSON of a line. */
  readonly bounds: JsonBounds;
  /** Receives each dropped line's fault, with the id of its message; null where it cannot be read. */
  readonly onRefused: (id: string | number | null, fault: LineFault) => void;
}): Transform {
  let line: Uint8Array[] = [];
  let size = 0;
  let scanner = new JsonScanner(bounds);
  let fault: LineFault | undefined;
  let outline: MessageOutline | undefined;

  function take(bytes: Uint8Array): void {
    size += bytes.length;
    if (size > maxBytes) fault = { kind: "bytes" };
    fault ??= faultOf(() => scanner.push(bytes));
    if (fault === undefined) return void line.push(bytes);
    outline ??= new MessageOutline();
    for (const part of [...line, bytes]) outline.add(part);
    line = [];
  }

  function end(stream: Transform): void {
    const isBlank = fault?.kind !== "bytes" && scanner.nodes === 0 && isBlankLine(line);
    if (!isBlank) fault ??= faultOf(() => scanner.end());
    if (fault !== undefined) onRefused(outline?.id() ?? null, fault);
    else if (!isBlank) pass(stream, Buffer.concat([...line, Uint8Array.of(NEWLINE)]));
    [line, size, scanner, fault, outline] = [[], 0, new JsonScanner(bounds), undefined, undefined];
  }

  function pass(stream: Transform, bytes: Uint8Array): void {
    const message = readJson(bytes);
    if (isMessage(message)) stream.push(bytes);
    else onRefused(idOf(message), { kind: "message" });
  }

  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      let from = 0;
      for (let at; (at = chunk.indexOf(NEWLINE, from)) !== -1; from = at + 1) {
        take(chunk.subarray(from, at));
        end(this);
      }
      take(chunk.subarray(from));
      done();
    },
    flush(done) {
      if (size > 0) end(this);
      done();
    },
  });
}

/** Undefined for text that is not UTF-8. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function faultOf(read: () => void): LineFault | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof JsonBoundsError) return { kind: "bounds", bound: error.bound };
    if (error instanceof JsonSyntaxError) return { kind: "syntax" };
    throw error;
  }
}

/** Blank lines between messages are allowed. */
function isBlankLine(parts: readonly Uint8Array[]): boolean {
  return parts.every((part) =>
    part.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)
  );
}

const MAX_OUTLINE_BYTES = 4_096;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = [0x7b, 0x5b];
const CLOSING = [0x7d, 0x5d];

/** The top level of a message of any length, its objects and lists emptied. */
class MessageOutline {
  readonly #bytes: number[] = [];
  #depth = 0;
  #inString = false;
  #escaped = false;

  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      const isShown = this.#step(byte) <= 1;
      if (isShown && this.#bytes.length < MAX_OUTLINE_BYTES) this.#bytes.push(byte);
    }
  }

  /** The message's id; null without one, or for no message. */
  id(): string | number | null {
    try {
      return idOf(JSON.parse(new TextDecoder().decode(Uint8Array.from(this.#bytes))));
    } catch {
      return null;
    }
  }

  /** Depth of the byte; that of a bracket is the depth outside of it. */
  #step(byte: number): number {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return this.#depth;
    }
    if (byte === QUOTE) this.#inString = true;
    if (OPENING.includes(byte)) return this.#depth++;
    if (CLOSING.includes(byte)) return --this.#depth;
    return this.#depth;
  }
}

/** Whether a value is a JSON-RPC message; no revision over standard input has batches. */
function isMessage(value: unknown): boolean {
  if (!isJsonObject(value) || value.jsonrpc !== "2.0") return false;
  const hasId = typeof value.id === "string" || Number.isSafeInteger(value.id);
  if (typeof value.method === "string") {
    return (hasId || value.id === undefined) &&
      (value.params === undefined || isJsonObject(value.params));
  }
  return hasId && (isJsonObject(value.result) || isJsonObject(value.error));
}

/** The id of a message; null without one. */
function idOf(value: unknown): string | number | null {
  if (!isJsonObject(value)) return null;
  const { id } = value;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** Cost of the line that counts the missing ones. */
const NOTE_MODEL_TOKENS = 24;

/** A longer line, in characters for each token left, cannot fit. */
const MAX_CHARACTERS_PER_TOKEN = 16;

/** The first and last lines that fit the budget, and between them a line that counts the missing ones. */
export function fitLines(lines: readonly string[], maxModelTokens: number): string[] {
  let left = maxModelTokens;
  const costOf = (line: string) =>
    line.length > left * MAX_CHARACTERS_PER_TOKEN ? Infinity : countModelTokens(line, left) + 1;
  const take = (line: string | undefined, reserved: number) => {
    if (line === undefined) return false;
    const cost = costOf(line);
    if (cost > left - reserved) return false;
    left -= cost;
    return true;
  };
  let head = 0;
  while (head < lines.length && take(lines[head], 0)) head++;
  if (head === lines.length) return [...lines];

  left = maxModelTokens - NOTE_MODEL_TOKENS;
  const half = left / 2;
  head = 0;
  while (take(lines[head], half)) head++;
  let tail = lines.length;
  while (tail > head && take(lines[tail - 1], 0)) tail--;
  const note = `[${
    tail - head
  } of ${lines.length} log lines left out: they are too long for a model]`;
  return maxModelTokens < NOTE_MODEL_TOKENS
    ? []
    : [...lines.slice(0, head), note, ...lines.slice(tail)];
}
