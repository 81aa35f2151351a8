import type { IntList } from "../detect/lexer.ts";
import type { Finding, KeyHint } from "../detect/scan.ts";
import type { Scalar } from "../vault/vault_entry.ts";

/** A value as the masker sees it: a snapshot, so that nothing changes while it is worked on. */
export type Node = LeafNode | ListNode | RecordNode | JsonNode | FixedNode | AgainNode;

/** A text, or a number whose key may say that it is personal. */
export interface LeafNode {
  readonly type: "leaf";
  readonly value: Scalar;
  /** What its key says. */
  hints: readonly KeyHint[];
  /** Whether the fields beside it are a person's. */
  isBesidePerson: boolean;
  /** What a field rule wants. */
  rule: string | undefined;
  /** Where what holds it stands. */
  owner: Place | undefined;
  /** Its name there, or its place in a list. */
  step: LeafNode | number | undefined;
  /** The kind of the whole value. */
  kind: string | undefined;
  /** What was found in it. */
  findings: readonly Finding[];
  /** What stands in its place afterwards. */
  result: Scalar;
}

/** Items in order. */
export interface ListNode {
  readonly type: "list";
  readonly items: Node[];
  readonly made: "array" | "set";
}

/** Values by name. */
export interface RecordNode {
  readonly type: "record";
  readonly names: LeafNode[];
  readonly values: Node[];
  readonly made: "object" | "map" | "error";
}

/** A text that is JSON itself. */
export interface JsonNode {
  readonly type: "json";
  readonly text: string;
  readonly root: Node;
  /** What may be written anew, in the order of the text. */
  readonly parts: readonly (LeafNode | JsonNode)[];
  /** Where each part begins, with its quote, and where it ends: two numbers for each. */
  readonly places: IntList;
}

/** What is passed on as it is, or a marker in the place of what cannot be. */
export interface FixedNode {
  readonly type: "fixed";
  readonly value: unknown;
}

/** A list or record that was seen before: a circle, or a part that two places share. */
interface AgainNode {
  readonly type: "again";
  readonly node: Node;
}

/** The way to a list or a record, the last step first. */
export interface Place {
  readonly owner: Place | undefined;
  /** The name's own leaf, which may be masked, or a place in a list. */
  readonly step: LeafNode | number;
  /** The path as text, once it was asked for. */
  path: string | undefined;
}

/** So many different names share their leaves; with more, nearly none would. */
export const MOST_SHARED_NAMES = 20_000;

/** Makes a leaf that nothing is known about. */
export function makeLeaf(value: Scalar): LeafNode {
  return {
    type: "leaf",
    value,
    hints: NO_HINTS,
    isBesidePerson: false,
    rule: undefined,
    owner: undefined,
    step: undefined,
    kind: undefined,
    findings: NO_FINDINGS,
    result: value,
  };
}

const NO_HINTS: readonly KeyHint[] = [];
const NO_FINDINGS: readonly Finding[] = [];

/** The path of a leaf for the audit: its names as they left, for a name may be personal too. */
export function pathOf({ owner, step }: LeafNode): string {
  return step === undefined ? "" : joinPath(placePath(owner), step);
}

/** The names on the way to a leaf, without places in lists. */
export function stepsOf({ owner, step }: LeafNode): string[] {
  const steps: string[] = [];
  if (typeof step === "object") steps.unshift(String(step.value));
  for (let at = owner; at !== undefined; at = at.owner) {
    if (typeof at.step !== "number") steps.unshift(String(at.step.value));
  }
  return steps;
}

function placePath(place: Place | undefined): string {
  if (place === undefined) return "";
  return place.path ??= joinPath(placePath(place.owner), place.step);
}

function joinPath(path: string, step: LeafNode | number): string {
  const name = typeof step === "number" ? step : step.result;
  return path === "" ? String(name) : `${path}.${name}`;
}

/** So many values are written between two pauses. */
const PARTS_PER_PAUSE = 64;
const MOST_PIECES = 1_000;

/**
 * Rebuilds the value that a snapshot was taken of, with the results of its leaves in their places; pauses
 * between parts.
 */
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
