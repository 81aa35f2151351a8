import type { JsonBounds } from "../text/json_scanner.ts";

/**
 * What a body or a message may have: whoever has more to say says it in a program, or in several
 * requests.
 */
export const BODY_BOUNDS: JsonBounds = { depth: 210, nodes: 50_000, names: 5_000 };

/** What there is too much of, in words. */
export const BOUNDS_IN_WORDS: Readonly<Record<keyof JsonBounds, string>> = {
  depth: `${BODY_BOUNDS.depth} levels`,
  nodes: `${BODY_BOUNDS.nodes} values`,
  names: `${BODY_BOUNDS.names} names in one object`,
};
