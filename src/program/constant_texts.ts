import type { AnyNode, Expression, Function as FunctionNode, Node, Pattern, Program } from "acorn";
import { literal, type Visited, visitNodes } from "./tree_facts.ts";

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

/** Where the value of a name comes from. */
interface ValueSource {
  /** Whether it is the value of an expression, or one item after the other of what is its value. */
  readonly kind: "value" | "item";
  readonly node: AnyNode;
  /** The key of the part that is taken; absent where all is. */
  readonly path?: string | undefined;
}

/** Names of a module that are bound once and never again, whatever the scope. */
type Bindings = ReadonlyMap<string, ValueSource>;

/** Methods that give their function one item after the other. */
const EACH = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find"]);

/** Reads the names whose value one place of the text tells. */
function readBindings(tree: Node): Bindings {
  const bindings = new Map<string, ValueSource | "unknown">();
  const known = new Map<AnyNode, ValueSource>();
  const ofPatterns = new Set<AnyNode>();
  visitNodes(tree, (visited) => {
    const { node, parent } = visited;
    learn(node, known);
    if (node.type === "ObjectPattern") {
      for (const each of node.properties) if (each.type === "Property") ofPatterns.add(each.value);
    }
    if (node.type !== "Identifier" || parent === undefined) return;
    if (!isBound(visited) && !ofPatterns.has(node)) return;
    bindings.set(node.name, bindings.has(node.name) ? "unknown" : known.get(node) ?? "unknown");
  });
  return new Map(
    bindings.entries().flatMap(([name, source]) => source === "unknown" ? [] : [[name, source]]),
  );
}

/** Notes the sources of the names that a node binds, before they are visited. */
function learn(node: AnyNode, known: Map<AnyNode, ValueSource>): void {
  if (node.type === "VariableDeclarator" && node.init) {
    spread(node.id, { kind: "value", node: node.init as AnyNode }, known);
  }
  if (node.type === "ForOfStatement" && node.left.type === "VariableDeclaration") {
    const [declarator] = node.left.declarations;
    spread(declarator!.id, { kind: "item", node: node.right as AnyNode }, known);
  }
  if (node.type === "CallExpression" && node.callee.type === "MemberExpression") {
    const { property, object, computed } = node.callee;
    const [first] = node.arguments as AnyNode[];
    const isEach = !computed && property.type === "Identifier" && EACH.has(property.name);
    const [item] = isEach && first?.type.endsWith("FunctionExpression")
      ? (first as FunctionNode).params
      : [];
    if (item) spread(item, { kind: "item", node: object as AnyNode }, known);
  }
}

function spread(pattern: Pattern, source: ValueSource, known: Map<AnyNode, ValueSource>): void {
  if (pattern.type === "Identifier") known.set(pattern, source);
  if (pattern.type === "ArrayPattern") {
    for (const [at, item] of pattern.elements.entries()) {
      if (item?.type === "Identifier") known.set(item, { ...source, path: String(at) });
    }
  }
  if (pattern.type === "ObjectPattern") {
    for (const property of pattern.properties) {
      if (property.type !== "Property" || property.computed) continue;
      const { key, value } = property;
      if (value.type !== "Identifier" || key.type !== "Identifier") continue;
      known.set(value, { ...source, path: key.name });
    }
  }
}

/** Whether a name stands where it is bound or given a value; those of records' patterns aside. */
function isBound({ parent, key }: Visited): boolean {
  switch (parent!.type) {
    case "VariableDeclarator":
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ClassDeclaration":
    case "ClassExpression":
      return key === "id" || key === "params";
    case "ArrowFunctionExpression":
      return key === "params";
    case "CatchClause":
      return key === "param";
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return key === "left";
    case "UpdateExpression":
    case "RestElement":
      return key === "argument";
    case "ArrayPattern":
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return key === "elements" || key === "local";
    default:
      return false;
  }
}
