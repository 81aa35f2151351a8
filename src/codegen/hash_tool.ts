import { createHash } from "node:crypto";
import type { Tool } from "../mcp/tool.ts";
import { canonicalJson } from "./schema/canonical_json.ts";

/**
 * The SHA-256, in hexadecimal digits, of all that a tool promises: description, annotations and
 * both schemas. The order of keys makes no difference.
 */
export function hashTool({ description, annotations, inputSchema, outputSchema }: Tool): string {
  const promised = canonicalJson({ description, annotations, inputSchema, outputSchema });
  return createHash("sha256").update(promised).digest("hex");
}
