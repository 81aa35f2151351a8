import {
  type FixedNode,
  type LeafNode,
  type ListNode,
  makeLeaf,
  type Node,
  type RecordNode,
} from "./node.ts";
import { snapshotJson } from "./snapshot_json.ts";

/** A snapshot and its leaves. */
export interface Snapshot {
  readonly root: Node;
  /** Every text and number in the order of the value; a name that stands often is here once. */
  readonly leaves: readonly LeafNode[];
}

/** A value deeper than this is withheld below. */
const MAX_DEPTH = 200;
const ERROR_FIELDS = ["name", "message", "stack", "cause"] as const;

/**
 * Takes a snapshot of a value: plain objects, lists, maps, sets, errors, and texts that are JSON.
 * A getter is read once; one that throws, bytes, and whatever cannot be data, is withheld. A date
 * becomes a text.
 */
export function snapshotValue(value: unknown): Snapshot {
  const taker = new SnapshotTaker();
  const root = taker.take(value, 0);
  return { root, leaves: taker.leaves };
}

class SnapshotTaker {
  readonly leaves: LeafNode[] = [];
  readonly #names = new Map<string, LeafNode>();
  readonly #seen = new Map<object, Node>();

  take(value: unknown, depth: number): Node {
    switch (typeof value) {
      case "string":
        return this.#takeText(value, depth);
      case "number":
      case "bigint":
        return this.#leaf(value);
      case "boolean":
      case "undefined":
        return fixed(value);
      case "object":
        return value === null ? fixed(null) : this.#takeObject(value, depth);
      default:
        return fixed("[WITHHELD:TYPE]");
    }
  }

  #takeText(text: string, depth: number): Node {
    const onLeaf = (leaf: LeafNode) => void this.leaves.push(leaf);
    const json = snapshotJson(text, { maxDepth: MAX_DEPTH - depth, onLeaf });
    if (json?.type === "fixed") return fixed("[WITHHELD:DEPTH]");
    return json ?? this.#leaf(text);
  }

  #takeObject(value: object, depth: number): Node {
    const seen = this.#seen.get(value);
    if (seen !== undefined) return { type: "again", node: seen };
    if (depth >= MAX_DEPTH) return fixed("[WITHHELD:DEPTH]");
    if (value instanceof Date) return this.#leaf(toText(value));
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return fixed("[WITHHELD:BYTES]");
    }
    if (Array.isArray(value)) return this.#takeList(value, value, "array", depth);
    if (value instanceof Set) return this.#takeList(value, [...value], "set", depth);
    if (value instanceof Map) return this.#takeMap(value, depth);
    return this.#takeRecord(value, depth);
  }

  #takeList(
    owner: object,
    items: readonly unknown[],
    made: ListNode["made"],
    depth: number,
  ): ListNode {
    const node: ListNode = { type: "list", items: [], made };
    this.#seen.set(owner, node);
    for (let index = 0; index < items.length; index++) {
      node.items.push(this.take(items[index], depth + 1));
    }
    return node;
  }

  #takeMap(map: ReadonlyMap<unknown, unknown>, depth: number): RecordNode {
    const node: RecordNode = { type: "record", names: [], values: [], made: "map" };
    this.#seen.set(map, node);
    for (const [key, item] of map) {
      node.names.push(this.#name(String(key)));
      node.values.push(this.take(item, depth + 1));
    }
    return node;
  }

  #takeRecord(value: object, depth: number): RecordNode {
    const isError = value instanceof Error;
    const node: RecordNode = {
      type: "record",
      names: [],
      values: [],
      made: isError ? "error" : "object",
    };
    this.#seen.set(value, node);
    const keys = isError
      ? [...ERROR_FIELDS.filter((field) => field in value), ...Object.keys(value)]
      : Object.keys(value);
    for (const key of new Set(keys)) {
      node.names.push(this.#name(key));
      node.values.push(this.#takeField(value, key, depth));
    }
    return node;
  }

  #takeField(owner: object, key: string, depth: number): Node {
    let field: unknown;
    try {
      field = (owner as Record<string, unknown>)[key];
    } catch {
      return fixed("[WITHHELD:TYPE]");
    }
    return this.take(field, depth + 1);
  }

  #name(key: string): LeafNode {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const leaf = this.#leaf(key);
    this.#names.set(key, leaf);
    return leaf;
  }

  #leaf(value: string | number | bigint): LeafNode {
    const leaf = makeLeaf(value);
    this.leaves.push(leaf);
    return leaf;
  }
}

function toText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function fixed(value: unknown): FixedNode {
  return { type: "fixed", value };
}
