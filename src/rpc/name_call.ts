import { createHash } from "node:crypto";
import { canonicalJson } from "../codegen/schema/canonical_json.ts";

/** Longer arguments are taken as they are: one program has one order of keys. */
const MAX_SORTED_CHARACTERS = 64 * 1024;

/** Names a call, so that it is known when its program is run again: a digest of all that it is. */
export function nameCall(server: string, tool: string, input: unknown): string {
  const text = JSON.stringify(input) ?? "null";
  const sorted = text.length <= MAX_SORTED_CHARACTERS ? canonicalJson(input) : text;
  const named = `${JSON.stringify([server, tool])}${sorted}`;
  return createHash("sha256").update(named.toWellFormed()).digest("hex");
}
