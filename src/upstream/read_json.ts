import { JsonScanner } from "../text/json_scanner.ts";
import { parseInSteps } from "../text/parse_json.ts";

/** Longer messages are read in slices. */
export const LARGE_BYTES = 256 * 1024;
/** Deeper ones are no JSON to anybody. */
const DEEPEST = 100_000;
/** What is looked at between two pauses. */
const PART_BYTES = 64 * 1024;

/**
 * The value of JSON in UTF-8, as `JSON.parse` reads it. Pauses now and then, so that others have their
 * turn.
 *
 * @throws {Error} where it is no JSON
 */
export function* readJsonInSteps(bytes: Uint8Array): Generator<void, unknown> {
  const decoder = new TextDecoder();
  if (bytes.length <= LARGE_BYTES) return JSON.parse(decoder.decode(bytes));
  const scanner = new JsonScanner({ depth: DEEPEST, nodes: Infinity });
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

/** The value of a text that is JSON. Pauses now and then, so that others have their turn. */
export function* readJsonTextInSteps(text: string): Generator<void, unknown> {
  if (text.length <= LARGE_BYTES) return JSON.parse(text);
  const scanner = new JsonScanner({ depth: DEEPEST, nodes: Infinity });
  for (let at = 0; at < text.length; at += PART_BYTES) {
    scanner.push(encoder.encode(text.slice(at, at + PART_BYTES)));
    yield;
  }
  scanner.end();
  return yield* parseInSteps(text);
}
