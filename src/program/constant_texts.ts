import type { AnyNode, Expression, Node, Program } from "acorn";
import { type Bindings, readBindings, type ValueSource } from "./read_bindings.ts";
import { literal } from "./read_imports.ts";

/** A list whose items are taken one by one, and the item that is looked at. */
type Chosen = ReadonlyMap<Node, AnyNode>;

const NOTHING_CHOSEN: Chosen = new Map();
const MAX_TEXTS = 1_000;
const MAX_DEPTH = 16;
/** Of all questions about one module together. */
const MAX_STEPS = 100_000;

/** Tells which texts expressions of a module can be, as far as its constants tell; runs nothing. */
export class ConstantTexts {
  readonly #bindings: Bindings;
  #steps = 0;

  constructor(tree: Program) {
    this.#bindings = readBindings(tree);
  }

  /** All pairs of texts that two expressions can be at once; none where it cannot be told. */
  pairs(one: Expression, other: Expression): (readonly [string, string])[] {
    const list = this.#listOf(one);
    const items = list && this.#items(list, 0);
    const choices = items === undefined
      ? [NOTHING_CHOSEN]
      : items.map((item) => new Map([[list as Node, item]]));
    const pairs = choices.flatMap((chosen) => {
      const others = this.#texts(other, chosen, 0);
      return this.#texts(one, chosen, 0).flatMap((text) =>
        others.map((each) => [text, each] as const)
      );
    });
    return pairs.length > MAX_TEXTS ? [] : pairs;
  }

  /** The list that an expression's value is taken from, one by one. */
  #listOf(node: Expression): AnyNode | undefined {
    const root = node.type === "MemberExpression" ? node.object : node;
    if (root.type !== "Identifier") return undefined;
    const source = this.#bindings.get(root.name);
    return source?.kind === "item" ? source.node : undefined;
  }

  #texts(expression: Node, chosen: Chosen, depth: number): string[] {
    const node = expression as AnyNode;
    const text = literal(node as Expression);
    if (text !== undefined) return [text];
    if (!this.#mayGoOn(depth)) return [];
    const texts = (part: Node) => this.#texts(part, chosen, depth + 1);
    switch (node.type) {
      case "ConditionalExpression":
        return union(texts(node.consequent), texts(node.alternate));
      case "LogicalExpression":
        return union(texts(node.left), texts(node.right));
      case "BinaryExpression":
        return node.operator === "+" ? joined([texts(node.left), texts(node.right)]) : [];
      case "TemplateLiteral":
        return joined(node.quasis.flatMap(({ value }, at) => {
          const next = node.expressions[at];
          return [[value.cooked ?? ""], ...(next === undefined ? [] : [texts(next)])];
        }));
      case "Identifier":
      case "MemberExpression":
        return unionOf(this.#values(node, chosen, depth + 1).map(texts));
      default:
        return [];
    }
  }

  /** What a name or a member can stand for. */
  #values(node: AnyNode, chosen: Chosen, depth: number): AnyNode[] {
    if (!this.#mayGoOn(depth)) return [];
    if (node.type === "Identifier") {
      const source = this.#bindings.get(node.name);
      return source === undefined ? [] : this.#sourceValues(source, chosen, depth);
    }
    if (node.type !== "MemberExpression") return [node];
    const { property } = node;
    const key = !node.computed && property.type === "Identifier"
      ? property.name
      : keyOf(property as Expression);
    return this.#values(node.object as AnyNode, chosen, depth + 1)
      .flatMap((value) => partsOf(value, key));
  }

  #sourceValues({ kind, node, path }: ValueSource, chosen: Chosen, depth: number): AnyNode[] {
    const item = chosen.get(node);
    const values = kind === "value"
      ? this.#values(node, chosen, depth + 1)
      : item !== undefined
      ? [item]
      : this.#items(node, depth + 1) ?? [];
    return path === undefined ? values : values.flatMap((value) => partsOf(value, path));
  }

  /** The items of a list that is written out; undefined for any other. */
  #items(list: AnyNode, depth: number): AnyNode[] | undefined {
    if (!this.#mayGoOn(depth)) return undefined;
    if (list.type === "Identifier" || list.type === "MemberExpression") {
      const values = this.#values(list, NOTHING_CHOSEN, depth + 1);
      return values.length === 1 ? this.#items(values[0]!, depth + 1) : undefined;
    }
    if (list.type !== "ArrayExpression" || list.elements.length > MAX_TEXTS) return undefined;
    this.#steps += list.elements.length;
    return list.elements.flatMap((item) => item === null ? [] : [item as AnyNode]);
  }

  #mayGoOn(depth: number): boolean {
    return depth < MAX_DEPTH && ++this.#steps < MAX_STEPS;
  }
}

function keyOf(property: Expression): string | undefined {
  if (property.type === "Literal" && typeof property.value === "number") {
    return String(property.value);
  }
  return literal(property);
}

/** The part of a list or record that a key names; all of its parts where the key is not known. */
function partsOf(value: AnyNode, key: string | undefined): AnyNode[] {
  if (value.type === "ArrayExpression") {
    const items = key === undefined ? value.elements : [value.elements[Number(key)]];
    return items.flatMap((item) => item ? [item as AnyNode] : []);
  }
  if (value.type !== "ObjectExpression") return [];
  return value.properties.flatMap((property) => {
    if (property.type !== "Property" || property.computed) return [];
    const name = property.key.type === "Identifier"
      ? property.key.name
      : keyOf(property.key as Expression);
    return key === undefined || name === key ? [property.value as AnyNode] : [];
  });
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return unionOf([one, other]);
}

function unionOf(all: readonly (readonly string[])[]): string[] {
  return [...new Set(all.flat())];
}

/** All that can be made by putting one text of each part after the other. */
function joined(parts: readonly (readonly string[])[]): string[] {
  let texts = [""];
  for (const part of parts) {
    if (texts.length * part.length > MAX_TEXTS) return [];
    texts = texts.flatMap((before) => part.map((after) => before + after));
  }
  return texts;
}
