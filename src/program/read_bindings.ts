import type { AnyNode, Function as FunctionNode, Node, Pattern } from "acorn";
import { type Visited, visitNodes } from "./visit_nodes.ts";

/** Where the value of a name comes from. */
export interface ValueSource {
  /** Whether it is the value of an expression, or one item after the other of what is its value. */
  readonly kind: "value" | "item";
  readonly node: AnyNode;
  /** The key of the part that is taken; absent where all is. */
  readonly path?: string | undefined;
}

/** Names of a module that are bound once and never again, whatever the scope. */
export type Bindings = ReadonlyMap<string, ValueSource>;

/** Methods that give their function one item after the other. */
const EACH = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find"]);

/** Reads the names whose value one place of the text tells. */
export function readBindings(tree: Node): Bindings {
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
