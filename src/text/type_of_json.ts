import { JsonScanner } from "./json_scanner.ts";

const PART_BYTES = 64 * 1024;

/**
 * The kind of a value that is written as valid JSON, in words: "array of 3", "object of 1", "string".
 * Pauses now and then, so that others have their turn.
 */
export function* typeOfJson(bytes: Uint8Array): Generator<void, string> {
  const scanner = new JsonScanner({ depth: Infinity, nodes: Infinity });
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    scanner.push(bytes.subarray(at, at + PART_BYTES));
    yield;
  }
  const inside = scanner.nodes === 1 ? 0 : scanner.outerCommas + 1;
  const first = bytes.find((code) => code > 0x20);
  if (first === 0x5b) return `array of ${inside}`;
  if (first === 0x7b) return `object of ${inside}`;
  return typeof JSON.parse(new TextDecoder().decode(bytes));
}
