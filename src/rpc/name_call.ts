import { createHash } from "node:crypto";
import { canonicalJson } from "../codegen/schema/canonical_json.ts";

/** Longer arguments are taken as they are: one program has one order of keys. */
const MAX_SORTED_CHARACTERS = 64 * 1024;
const SHOWN_CHARACTERS = 200;

/** What a call is known by, and what people see of its arguments. */
export interface CallName {
  /** A digest of server, tool and arguments. */
  readonly callKey: string;
  /** The beginning of the arguments, as JSON. */
  readonly shown: string;
}

/** Names a call, so that it is known when its program is run again. */
export function nameCall(server: string, tool: string, input: unknown): CallName {
  const text = JSON.stringify(input) ?? "null";
  const sorted = text.length <= MAX_SORTED_CHARACTERS ? canonicalJson(input) : text;
  const named = `${JSON.stringify([server, tool])}${sorted}`;
  return {
    callKey: createHash("sha256").update(named.toWellFormed()).digest("hex"),
    shown: text.length <= SHOWN_CHARACTERS
      ? text
      : `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…`,
  };
}
