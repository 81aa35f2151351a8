import {
  type FixedNode,
  type LeafNode,
  type ListNode,
  makeLeaf,
  MOST_SHARED_NAMES,
  type Node,
  type RecordNode,
} from "./node.ts";
import {
  type JsonNames,
  looksLikeJson,
  readJsonInSteps,
  snapshotJsonInSteps,
  type SnapshotJsonOptions,
} from "./snapshot_json.ts";

/** A snapshot and its leaves. */
export interface Snapshot {
  readonly root: Node;
  /** Every text and number in the order of the value; a name that stands often is here once. */
  readonly leaves: readonly LeafNode[];
}

/** A value deeper than this is withheld below. */
const MAX_DEPTH = 200;
const ERROR_FIELDS = ["name", "message", "stack", "cause"] as const;

/** How many values are in texts that are JSON, all together; a text that has more is withheld. */
const MAX_VALUES_IN_TEXTS = 1_000_000;
/** So many values are taken between two pauses. */
const VALUES_PER_PAUSE = 64;

/**
 * Takes a snapshot of a value: plain objects, lists, maps, sets, errors, and texts that are JSON.
 * A getter is read once; one that throws, bytes, and whatever cannot be data, is withheld. A date
 * becomes a text. Pauses now and then, so that others have their turn.
 */
export function* snapshotValue(value: unknown): Generator<void, Snapshot> {
  const taker = new SnapshotTaker();
  const root = yield* taker.take(value, 0);
  return { root, leaves: taker.leaves };
}

/** Takes a snapshot of a value that is written as JSON already, and that is known to be valid. */
export function* snapshotJsonValue(json: string): Generator<void, Snapshot> {
  const taker = new SnapshotTaker();
  const root = yield* taker.takeJson(json);
  return { root, leaves: taker.leaves };
}

class SnapshotTaker {
  readonly leaves: LeafNode[] = [];
  readonly #names = new Map<string, LeafNode>();
  readonly #shared: JsonNames = { names: this.#names, valuesLeft: MAX_VALUES_IN_TEXTS };
  #count = 0;
  readonly #seen = new Map<object, Node>();

  takeJson(json: string): Generator<void, Node> {
    return readJsonInSteps(json, { ...this.#optionsAt(0), isWhole: true });
  }

  *take(value: unknown, depth: number): Generator<void, Node> {
    return this.#takeNow(value) ?? (yield* this.#takeInSteps(value, depth));
  }

  /** A leaf, as nearly all values are; undefined for what there is more to do with. */
  #takeNow(value: unknown): Node | undefined {
    switch (typeof value) {
      case "string":
        return looksLikeJson(value) ? undefined : this.#leaf(value);
      case "number":
      case "bigint":
        return this.#leaf(value);
      case "object":
        return value === null ? fixed(null) : undefined;
      case "boolean":
      case "undefined":
        return fixed(value);
      default:
        return fixed("[WITHHELD:TYPE]");
    }
  }

  *#takeInSteps(value: unknown, depth: number): Generator<void, Node> {
    if (typeof value === "object") return yield* this.#takeObject(value!, depth);
    const text = String(value);
    return (yield* snapshotJsonInSteps(text, this.#optionsAt(depth))) ?? this.#leaf(text);
  }

  #optionsAt(depth: number): SnapshotJsonOptions {
    return {
      maxDepth: MAX_DEPTH - depth,
      onLeaf: (leaf) => void this.leaves.push(leaf),
      shared: this.#shared,
    };
  }

  #isDue(): boolean {
    return ++this.#count % VALUES_PER_PAUSE === 0;
  }

  *#takeObject(value: object, depth: number): Generator<void, Node> {
    const seen = this.#seen.get(value);
    if (seen !== undefined) return { type: "again", node: seen };
    if (depth >= MAX_DEPTH) return fixed("[WITHHELD:DEPTH]");
    if (value instanceof Date) return this.#leaf(toText(value));
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return fixed("[WITHHELD:BYTES]");
    }
    if (Array.isArray(value)) return yield* this.#takeList(value, value, { made: "array", depth });
    if (value instanceof Set) {
      return yield* this.#takeList(value, [...value], { made: "set", depth });
    }
    if (value instanceof Map) return yield* this.#takeMap(value, depth);
    return yield* this.#takeRecord(value, depth);
  }

  *#takeList(
    owner: object,
    items: readonly unknown[],
    { made, depth }: { made: ListNode["made"]; depth: number },
  ): Generator<void, Node> {
    const node: ListNode = { type: "list", items: [], made };
    this.#seen.set(owner, node);
    for (let index = 0; index < items.length; index++) {
      if (this.#isDue()) yield;
      const item = items[index];
      node.items.push(this.#takeNow(item) ?? (yield* this.#takeInSteps(item, depth + 1)));
    }
    return node;
  }

  *#takeMap(map: ReadonlyMap<unknown, unknown>, depth: number): Generator<void, Node> {
    const node: RecordNode = { type: "record", names: [], values: [], made: "map" };
    this.#seen.set(map, node);
    for (const [key, item] of map) {
      if (this.#isDue()) yield;
      node.names.push(this.#name(String(key)));
      node.values.push(this.#takeNow(item) ?? (yield* this.#takeInSteps(item, depth + 1)));
    }
    return node;
  }

  *#takeRecord(value: object, depth: number): Generator<void, Node> {
    const isError = value instanceof Error;
    const node: RecordNode = {
      type: "record",
      names: [],
      values: [],
      made: isError ? "error" : "object",
    };
    this.#seen.set(value, node);
    const keys = isError
      ? new Set([...ERROR_FIELDS.filter((field) => field in value), ...Object.keys(value)])
      : Object.keys(value);
    for (const key of keys) {
      if (this.#isDue()) yield;
      node.names.push(this.#name(key));
      const field = fieldOf(value, key);
      node.values.push(this.#takeNow(field) ?? (yield* this.#takeInSteps(field, depth + 1)));
    }
    return node;
  }

  #name(key: string): LeafNode {
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const leaf = this.#leaf(key);
    if (this.#names.size < MOST_SHARED_NAMES) this.#names.set(key, leaf);
    return leaf;
  }

  #leaf(value: string | number | bigint): LeafNode {
    const leaf = makeLeaf(value);
    this.leaves.push(leaf);
    return leaf;
  }
}

/** What a getter throws is nothing to hand on. */
function fieldOf(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return WITHHELD_FIELD;
  }
}

/** No data: withheld like any other function. */
const WITHHELD_FIELD = () => {};

function toText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function fixed(value: unknown): FixedNode {
  return { type: "fixed", value };
}
