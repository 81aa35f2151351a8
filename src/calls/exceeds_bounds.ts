import type { JsonBounds } from "../text/json_scanner.ts";

/** So many values are counted between two pauses. */
const VALUES_PER_PAUSE = 512;

/** How large a value is, as far as it was looked at. */
export interface ValueSize {
  /** Values of every type. */
  nodes: number;
  /** Characters of all texts and names. */
  characters: number;
}

/** Options of {@linkcode exceedsBounds}. */
interface ExceedsBoundsOptions extends JsonBounds {
  /** Is told how large the value is. */
  readonly size?: ValueSize;
}

/**
 * What a parsed JSON value has too much of; undefined where it is within its bounds. Without recursion,
 * and it pauses now and then, so that others have their turn.
 */
export function* exceedsBounds(
  value: unknown,
  { depth: levels, nodes, names = Infinity, size = newSize() }: ExceedsBoundsOptions,
): Generator<void, keyof JsonBounds | undefined> {
  let level = [value];
  size.nodes = 1;
  if (typeof value === "string") size.characters += value.length;
  // Level by level: what is deep has few values on each, what is wide has few levels.
  for (let depth = 1; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const [index, item] of level.entries()) {
      if (index % VALUES_PER_PAUSE === VALUES_PER_PAUSE - 1) yield;
      if (typeof item !== "object" || item === null) continue;
      if (depth > levels) return "depth";
      const keys = Array.isArray(item) ? undefined : Object.keys(item);
      if (keys !== undefined && keys.length > names) return "names";
      const count = keys?.length ?? (item as unknown[]).length;
      if ((size.nodes += count) > nodes) return "nodes";
      for (let place = 0; place < count; place++) {
        if (place % VALUES_PER_PAUSE === VALUES_PER_PAUSE - 1) yield;
        const name = keys?.[place];
        if (name !== undefined) size.characters += name.length;
        const each = (item as Record<string | number, unknown>)[name ?? place];
        if (typeof each === "string") size.characters += each.length;
        else if (typeof each === "object" && each !== null) next.push(each);
      }
    }
    level = next;
  }
  return undefined;
}

/** The size of nothing yet. */
export function newSize(): ValueSize {
  return { nodes: 0, characters: 0 };
}
