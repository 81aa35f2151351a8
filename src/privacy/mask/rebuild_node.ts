import type {
  AgainNode,
  FixedNode,
  JsonNode,
  LeafNode,
  ListNode,
  Node,
  RecordNode,
} from "./node.ts";

/** So many values are written between two pauses. */
const PARTS_PER_PAUSE = 64;
const MOST_PIECES = 1_000;

/** The value that a snapshot was taken of, with the results of its leaves in their places. */
export function rebuildNode(root: Node): unknown {
  const steps = rebuildInSteps(root);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Like {@linkcode rebuildNode}, and pauses now and then, so that others have their turn. */
export function rebuildInSteps(root: Node): Generator<void, unknown> {
  return new Rebuilder().build(root);
}

class Rebuilder {
  readonly #made = new Map<Node, unknown>();
  #count = 0;

  *build(node: Node): Generator<void, unknown> {
    switch (node.type) {
      case "json":
        return yield* rebuildJson(node);
      case "list":
        return yield* this.#buildList(node);
      case "record":
        return yield* this.#buildRecord(node);
      default:
        return this.#resultOf(node);
    }
  }

  #resultOf(node: LeafNode | FixedNode | AgainNode): unknown {
    switch (node.type) {
      case "leaf":
        return node.result;
      case "fixed":
        return node.value;
      case "again":
        return this.#made.get(node.node);
    }
  }

  *#buildItem(node: Node): Generator<void, unknown> {
    if (++this.#count % PARTS_PER_PAUSE === 0) yield;
    return yield* this.build(node);
  }

  *#buildList(node: ListNode): Generator<void, unknown> {
    const made: unknown[] | Set<unknown> = node.made === "set" ? new Set() : [];
    this.#made.set(node, made);
    for (const item of node.items) {
      const built = item.type === "leaf" ? item.result : yield* this.#buildItem(item);
      if (Array.isArray(made)) made.push(built);
      else made.add(built);
    }
    return made;
  }

  *#buildRecord(node: RecordNode): Generator<void, unknown> {
    // A record whose name was withheld is withheld: two such names would be one.
    if (node.names.some(({ result }) => String(result).startsWith("[WITHHELD:"))) {
      return "[WITHHELD:TIME]";
    }
    const made = node.made === "map" ? new Map() : node.made === "error" ? bareError() : {};
    this.#made.set(node, made);
    for (let index = 0; index < node.names.length; index++) {
      const name = node.names[index]!.result;
      const value = node.values[index]!;
      const built = value.type === "leaf" ? value.result : yield* this.#buildItem(value);
      if (made instanceof Map) made.set(name, built);
      else setField(made, String(name), built);
    }
    return made;
  }
}

/** The text again, with only the changed texts and numbers written anew. */
function* rebuildJson({ text, parts, places }: JsonNode): Generator<void, string> {
  const chunks: string[] = [];
  let pieces: string[] = [];
  let place = 0;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!;
    if (index % PARTS_PER_PAUSE === PARTS_PER_PAUSE - 1) yield;
    const changed = part.type === "json" ? yield* rebuildJson(part) : part.result;
    if (changed === (part.type === "json" ? part.text : part.value)) continue;
    pieces.push(text.slice(place, places.at(2 * index)), writeScalar(changed));
    place = places.at(2 * index + 1);
    if (pieces.length < MOST_PIECES) continue;
    chunks.push(pieces.join(""));
    pieces = [];
  }
  return place === 0 ? text : [...chunks, ...pieces, text.slice(place)].join("");
}

function writeScalar(value: string | number | bigint | boolean): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function bareError(): Record<string, unknown> {
  const error = new Error();
  delete error.stack;
  return error as unknown as Record<string, unknown>;
}

/** `__proto__` is a field like any other here. */
function setField(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__" || record instanceof Error) {
    Object.defineProperty(record, name, {
      value,
      writable: true,
      enumerable: !(record instanceof Error),
      configurable: true,
    });
  } else record[name] = value;
}
