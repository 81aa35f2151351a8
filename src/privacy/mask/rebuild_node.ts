import type { JsonNode, LeafNode, ListNode, Node, RecordNode } from "./node.ts";

/** The value that a snapshot was taken of, with the results of its leaves in their places. */
export function rebuildNode(root: Node): unknown {
  return new Rebuilder().build(root);
}

class Rebuilder {
  readonly #made = new Map<Node, unknown>();

  build(node: Node): unknown {
    switch (node.type) {
      case "leaf":
        return node.result;
      case "fixed":
        return node.value;
      case "again":
        return this.#made.get(node.node);
      case "json":
        return rebuildJson(node);
      case "list":
        return this.#buildList(node);
      case "record":
        return this.#buildRecord(node);
    }
  }

  #buildList(node: ListNode): unknown {
    if (node.made === "set") {
      const set = new Set<unknown>();
      this.#made.set(node, set);
      for (const item of node.items) set.add(this.build(item));
      return set;
    }
    const list: unknown[] = [];
    this.#made.set(node, list);
    for (const item of node.items) list.push(this.build(item));
    return list;
  }

  #buildRecord(node: RecordNode): unknown {
    // A record whose name was withheld is withheld: two such names would be one.
    if (node.names.some(({ result }) => String(result).startsWith("[WITHHELD:"))) {
      return "[WITHHELD:TIME]";
    }
    if (node.made === "map") {
      const map = new Map<unknown, unknown>();
      this.#made.set(node, map);
      for (const [index, name] of node.names.entries()) {
        map.set(name.result, this.build(node.values[index]!));
      }
      return map;
    }
    const record: Record<string, unknown> = node.made === "error" ? bareError() : {};
    this.#made.set(node, record);
    for (const [index, name] of node.names.entries()) {
      setField(record, String(name.result), this.build(node.values[index]!));
    }
    return record;
  }
}

/** The text again, with only the changed texts and numbers written anew. */
function rebuildJson({ text, parts }: JsonNode): string {
  let rebuilt = "";
  let place = 0;
  for (const part of parts) {
    const changed = part.type === "json" ? rebuildJson(part) : part.result;
    if (changed === (part.type === "json" ? part.text : (part as LeafNode).value)) continue;
    rebuilt += text.slice(place, part.start) + writeScalar(changed);
    place = part.end;
  }
  return rebuilt + text.slice(place);
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
