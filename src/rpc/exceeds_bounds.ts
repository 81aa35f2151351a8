import type { JsonBounds } from "./json_scanner.ts";

/** So many values are counted between two pauses. */
const VALUES_PER_PAUSE = 512;

/**
 * What a parsed JSON value has too much of; undefined where it is within its bounds. Without recursion,
 * and it pauses now and then, so that others have their turn.
 */
export function* exceedsBounds(
  value: unknown,
  bounds: JsonBounds,
): Generator<void, keyof JsonBounds | undefined> {
  let level = [value];
  let nodes = 1;
  // Level by level: what is deep has few values on each, what is wide has few levels.
  for (let depth = 1; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const [index, item] of level.entries()) {
      if (index % VALUES_PER_PAUSE === VALUES_PER_PAUSE - 1) yield;
      if (typeof item !== "object" || item === null) continue;
      if (depth > bounds.depth) return "depth";
      const inner = Array.isArray(item) ? item : Object.values(item);
      if ((nodes += inner.length) > bounds.nodes) return "nodes";
      for (const each of inner) if (typeof each === "object" && each !== null) next.push(each);
    }
    level = next;
  }
  return undefined;
}
