import { isJsonObject } from "../text/json_value.ts";
import { JsonScanner } from "../text/json_scanner.ts";
import { parseInSteps } from "../text/parse_json.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import { withTurns } from "../work/host_turns.ts";
import type { Message } from "./channel.ts";

/** Longer messages are read in slices. */
const LARGE_BYTES = 256 * 1024;
const MAX_DEPTH = 100_000;
/** Bytes between two pauses. */
const PART_BYTES = 64 * 1024;

/**
 * The value of JSON in UTF-8, as `JSON.parse` reads it. Pauses regularly, so that other work is not
 * held up.
 *
 * @throws {Error} where it is no JSON
 */
export function* readJsonInSteps(bytes: Uint8Array): Generator<void, unknown> {
  const decoder = new TextDecoder();
  if (bytes.length <= LARGE_BYTES) return JSON.parse(decoder.decode(bytes));
  const scanner = new JsonScanner({ depth: MAX_DEPTH, nodes: Infinity });
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const part = bytes.subarray(at, at + PART_BYTES);
    scanner.push(part);
    parts.push(decoder.decode(part, { stream: true }));
    yield;
  }
  scanner.end();
  parts.push(decoder.decode());
  return yield* parseInSteps(parts.join(""));
}

const encoder = new TextEncoder();

/** {@linkcode readJsonInSteps} for a text. */
export function* readJsonTextInSteps(text: string): Generator<void, unknown> {
  if (text.length <= LARGE_BYTES) return JSON.parse(text);
  const scanner = new JsonScanner({ depth: MAX_DEPTH, nodes: Infinity });
  for (let at = 0; at < text.length; at += PART_BYTES) {
    scanner.push(encoder.encode(text.slice(at, at + PART_BYTES)));
    yield;
  }
  scanner.end();
  return yield* parseInSteps(text);
}

/** JSON-RPC's "Internal error". */
const INTERNAL_ERROR = -32_603;

/**
 * Reads the messages of a parsed line: one, or several where a server batches. Messages that are not
 * of the protocol are repaired or left out, so that none can stall a call.
 */
export function readMessages(json: unknown): readonly Message[] {
  return (Array.isArray(json) ? json : [json]).flatMap(readMessage);
}

function readMessage(json: unknown): readonly Message[] {
  if (!isJsonObject(json) || json.jsonrpc !== "2.0") return [];
  const { id, method, params, result, error } = json;
  const hasId = typeof id === "number" || typeof id === "string";
  if (typeof method === "string") {
    const named = { jsonrpc: "2.0", ...(hasId && { id }), method };
    return [{ ...named, ...(isJsonObject(params) && { params }) }];
  }
  if (!hasId) return [];
  if (isJsonObject(result)) return [{ jsonrpc: "2.0", id, result }];
  return [{ jsonrpc: "2.0", id, error: readError(error) }];
}

function readError(error: unknown): Message {
  const { code, message } = isJsonObject(error) ? error : {};
  const isMessage = typeof message === "string" && message !== "";
  return {
    code: Number.isSafeInteger(code) ? code : INTERNAL_ERROR,
    message: isMessage ? message : "The server's answer is neither a result nor an error",
  };
}

/**
 * Keeps the large parts of messages from a library that reads and writes each without a pause, and
 * gives it small ones in their place.
 */
export class LargeMessages {
  /** Large results, by the ids of their requests. */
  readonly #results = new Map<unknown, unknown>();

  /** The JSON of a large message; undefined for another. */
  async encode(message: Message): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const body = await withTurns(encodeJsonInSteps(message));
    return body.length > LARGE_BYTES ? body : undefined;
  }

  /** Takes a large result out of a message's JSON. */
  async takeOut(json: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (json.length <= LARGE_BYTES) return json;
    const message = await withTurns(readJsonInSteps(json)).catch(() => undefined);
    if (!isAnswer(message)) return json;
    const { jsonrpc, id, result } = message;
    this.#results.set(id, result);
    return encoder.encode(JSON.stringify({ jsonrpc, id, result: {} }));
  }

  /** Puts the large result back into a message. */
  putBack(message: Message): Message {
    const { id } = message;
    if (!this.#results.has(id)) return message;
    const result = this.#results.get(id);
    this.#results.delete(id);
    return "result" in message ? { ...message, result } : message;
  }
}

function isAnswer(value: unknown): value is Message {
  if (!isJsonObject(value)) return false;
  const { jsonrpc, id, result } = value;
  return jsonrpc === "2.0" && (typeof id === "number" || typeof id === "string") &&
    isJsonObject(result);
}
