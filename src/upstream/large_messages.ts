import { withTurns } from "../work/host_turns.ts";
import { encodeJsonInSteps } from "../text/write_json.ts";
import type { Message } from "./channel.ts";
import { LARGE_BYTES, readJsonInSteps } from "./read_json.ts";

const encoder = new TextEncoder();

/**
 * Carries the large part of messages around a library that reads and writes each at a stretch: what
 * the library is given in their place is small.
 */
export class LargeMessages {
  /** What was answered, by the id of its request. */
  readonly #results = new Map<unknown, unknown>();

  /** The JSON of a message that is large; undefined for another. */
  async encode(message: Message): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const body = await withTurns(encodeJsonInSteps(message));
    return body.length > LARGE_BYTES ? body : undefined;
  }

  /** JSON for the library to read: with an answer that is large taken out of it. */
  async takeOut(json: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (json.length <= LARGE_BYTES) return json;
    const message = await withTurns(readJsonInSteps(json)).catch(() => undefined);
    if (!isAnswer(message)) return json;
    const { jsonrpc, id, result } = message;
    this.#results.set(id, result);
    return encoder.encode(JSON.stringify({ jsonrpc, id, result: {} }));
  }

  /** A message of the library with what was taken out of it. */
  putBack(message: Message): Message {
    const { id } = message;
    if (!this.#results.has(id)) return message;
    const result = this.#results.get(id);
    this.#results.delete(id);
    return "result" in message ? { ...message, result } : message;
  }
}

function isAnswer(value: unknown): value is Message {
  if (typeof value !== "object" || value === null) return false;
  const { jsonrpc, id, result } = value as Message;
  return jsonrpc === "2.0" && (typeof id === "number" || typeof id === "string") &&
    typeof result === "object" && result !== null && !Array.isArray(result);
}
