import { canonicalJson } from "../text/json_value.ts";
import { jsonPieces } from "../text/write_json.ts";
import { sha256, startSha256 } from "../text/sha256.ts";

/** Longer arguments are taken as they are: one program has one order of keys. */
const MAX_SORTED_CHARACTERS = 64 * 1024;

/**
 * Names a call, so that it is known when its program is run again: a digest of all that it is. Pauses
 * now and then, so that others have their turn.
 */
export function* nameCall(server: string, tool: string, input: unknown): Generator<void, string> {
  const named = JSON.stringify([server, tool]).toWellFormed();
  const long = startSha256();
  long.add(named);
  let length = 0;
  for (const piece of jsonPieces(input)) {
    length += piece.length;
    long.add(piece);
    yield;
  }
  if (length > MAX_SORTED_CHARACTERS) return long.digest();
  return sha256(named, canonicalJson(input));
}
