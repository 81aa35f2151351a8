import { type LeafNode, pathOf, rebuildInSteps, stepsOf } from "../mask/node.ts";
import { hintPlaces } from "../mask/hint_nodes.ts";
import { snapshotJsonInSteps } from "../mask/snapshot_json.ts";
import { mayHoldToken } from "../../model/token.ts";
import type { Scalar } from "../vault/vault_entry.ts";

/** Where a text stands among the arguments of a call. */
export interface JsonPath {
  /** The names on the way to it, without places in lists, each behind a {@linkcode STEP}. */
  readonly names: string;
  /** The way to it as text, with places in lists. */
  path(): string;
}

/** Gives what stands in the place of a text. */
type ReplaceText = (text: string, where: JsonPath) => Generator<void, Scalar>;

/** Stands before each name of a way. */
export const STEP = "\0";

const MAX_DEPTH = 200;
/** So many values are walked over between two pauses. */
const VALUES_PER_PAUSE = 128;
/** Of one text that is JSON. */
const MAX_VALUES = 1_000_000;

/**
 * Copies arguments with every text and every name replaced; nothing is read twice. Pauses now and then,
 * so that others have their turn.
 */
export class ArgumentWalker implements JsonPath {
  /** Whether something was no data, or too deep. */
  isUnreadable = false;
  readonly #replace: ReplaceText;
  readonly #steps: (string | number)[] = [];
  #names = "";
  #count = 0;

  constructor(replace: ReplaceText) {
    this.#replace = replace;
  }

  get names(): string {
    return this.#names;
  }

  /** The way to the text that is being replaced. */
  path(): string {
    return this.#steps.join(".");
  }

  *walk(value: unknown): Generator<void, unknown> {
    if (++this.#count % VALUES_PER_PAUSE === 0) yield;
    switch (typeof value) {
      case "string":
        return yield* this.#walkText(value);
      case "object":
        return value === null ? null : yield* this.#walkObject(value);
      case "function":
      case "symbol":
        this.isUnreadable = true;
        return undefined;
      default:
        return value;
    }
  }

  *#walkText(text: string): Generator<void, unknown> {
    if (!mayHoldToken(text)) return yield* this.#replace(text, this);
    const leaves: LeafNode[] = [];
    const json = yield* snapshotJsonInSteps(text, {
      maxDepth: MAX_DEPTH - this.#steps.length,
      onLeaf: (leaf) => void leaves.push(leaf),
      shared: { names: new Map(), valuesLeft: MAX_VALUES },
    });
    if (json === undefined) return yield* this.#replace(text, this);
    if (json.type === "fixed") {
      this.isUnreadable = true;
      return undefined;
    }
    yield* hintPlaces(json.root);
    for (const leaf of leaves) {
      if (++this.#count % VALUES_PER_PAUSE === 0) yield;
      if (typeof leaf.value === "string") {
        leaf.result = yield* this.#replace(leaf.value, this.#inside(leaf));
      }
    }
    return yield* rebuildInSteps(json);
  }

  *#walkObject(value: object): Generator<void, unknown> {
    if (this.#steps.length >= MAX_DEPTH || !isPlain(value)) {
      this.isUnreadable = true;
      return undefined;
    }
    if (Array.isArray(value)) return yield* this.#walkList(value);
    const copy: Record<string, unknown> = {};
    const outer = this.#names;
    for (const name of Object.keys(value)) {
      this.#steps.push(name);
      this.#names = outer + STEP + name;
      const newName = mayHoldToken(name) ? String(yield* this.#replace(name, this)) : name;
      const field = yield* this.walk((value as Record<string, unknown>)[name]);
      if (newName === "__proto__") {
        Object.defineProperty(copy, newName, {
          value: field,
          writable: true,
          enumerable: true,
          configurable: true,
        });
      } else copy[newName] = field;
      this.#steps.pop();
    }
    this.#names = outer;
    return copy;
  }

  *#walkList(list: readonly unknown[]): Generator<void, unknown[]> {
    const copy: unknown[] = [];
    for (let index = 0; index < list.length; index++) {
      this.#steps.push(index);
      copy.push(yield* this.walk(list[index]));
      this.#steps.pop();
    }
    return copy;
  }

  #inside(leaf: LeafNode): JsonPath {
    return {
      names: [this.#names, ...stepsOf(leaf)].join(STEP),
      path: () => [...this.#steps, pathOf(leaf)].join("."),
    };
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The names that lead to a text, from the top. */
export function namesOf({ names }: JsonPath): readonly string[] {
  return names === "" ? [] : names.split(STEP).slice(1);
}
