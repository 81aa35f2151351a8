import type { Tool } from "../model/tool.ts";
import { canonicalJson } from "../text/json_value.ts";
import { sha256 } from "../text/sha256.ts";

/**
 * The SHA-256, in hexadecimal digits, of all that a tool promises: description, annotations and
 * both schemas. The order of keys makes no difference. A tool keeps its hash while its words are
 * withheld.
 */
export function hashTool(tool: Tool): string {
  const { description, annotations, inputSchema, outputSchema, withheld } = tool;
  if (withheld !== undefined) return withheld.hash;
  const promised = canonicalJson({ description, annotations, inputSchema, outputSchema });
  return sha256(promised);
}

/** The first `length` hexadecimal digits of the SHA-256 of a text. */
export function shortHash(text: string, length: number): string {
  return sha256(text).slice(0, length);
}
