import type {
  AnyNode,
  CallExpression,
  Expression,
  MetaProperty,
  Node,
  Program,
  ReturnStatement,
} from "acorn";
import type { ImportNode, NameUse, ReExport, TreeFacts } from "./program.ts";

/** A node, and where it stands. */
export interface Visited {
  readonly node: AnyNode;
  readonly parent: AnyNode | undefined;
  /** What it is of its parent. */
  readonly key: string;
  readonly isInFunction: boolean;
}

/** Deeper code is no person's, nor any model's; the worker's own parser goes a little further. */
const MAX_DEPTH = 2_000;
/** The same, without what stands on the left of an operator, a member or a call, or after `else`. */
export const MAX_NESTED = 400;

/**
 * Visits a tree's nodes in the order of the text, without a stack frame for each level.
 *
 * @throws {RangeError} where it is nested too deeply
 */
export function visitNodes(tree: Node, visit: (visited: Visited) => void): void {
  const waiting: Waiting[] = [
    {
      node: tree as AnyNode,
      parent: undefined,
      key: "",
      isInFunction: false,
      depth: 0,
      nested: 0,
    },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > MAX_DEPTH || next.nested > MAX_NESTED) {
      throw new RangeError("Cannot read tree: it is nested too deeply");
    }
    visit(next);
    pushChildren(next, waiting);
  }
}

interface Waiting extends Visited {
  readonly depth: number;
  readonly nested: number;
}

function pushChildren(parent: Waiting, waiting: Waiting[]): void {
  const { node } = parent;
  const isFunction = FUNCTIONS.has(node.type);
  const first = waiting.length;
  for (const key in node) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) waiting.push(child(item, key));
    } else if (isNode(value)) waiting.push(child(value, key));
  }
  inTextOrder(waiting, first);

  function child(item: AnyNode, key: string): Waiting {
    return {
      node: item,
      parent: node,
      key,
      isInFunction: parent.isInFunction || isFunction,
      depth: parent.depth + 1,
      nested: parent.nested + (isFlat(node, key) ? 0 : 1),
    };
  }
}

/** What was pushed comes off the stack by where it begins. */
function inTextOrder(waiting: Waiting[], first: number): void {
  for (let at = first + 1; at < waiting.length; at++) {
    if (waiting[at - 1]!.node.start > waiting[at]!.node.start) {
      const children = waiting.splice(first).sort((a, b) => a.node.start - b.node.start);
      for (const each of children) waiting.push(each);
      break;
    }
  }
  for (let low = first, high = waiting.length - 1; low < high; low++, high--) {
    [waiting[low], waiting[high]] = [waiting[high]!, waiting[low]!];
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as { type?: unknown } | null)?.type === "string";
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Whether parsers read the child in a loop. */
function isFlat({ type }: AnyNode, key: string): boolean {
  switch (key) {
    case "left":
      return type === "BinaryExpression" || type === "LogicalExpression";
    case "object":
      return type === "MemberExpression";
    case "callee":
      return type === "CallExpression";
    case "tag":
      return type === "TaggedTemplateExpression";
    case "expression":
      return type === "ChainExpression";
    case "alternate":
      return type === "IfStatement" || type === "ConditionalExpression";
    default:
      return false;
  }
}

/**
 * Reads the facts.
 *
 * @throws {RangeError} where it is nested too deeply
 */
export function readTreeFacts(tree: Program): TreeFacts {
  const names = new Map<string, NameUse>();
  const words = new Set<string>();
  const facts = {
    imports: [] as ImportNode[],
    metas: [] as MetaProperty[],
    calls: [] as CallExpression[],
    returns: [] as ReturnStatement[],
    waits: false,
    names,
    words,
  };
  visitNodes(tree, (visited) => {
    const { node, isInFunction } = visited;
    switch (node.type) {
      case "ImportDeclaration":
      case "ImportExpression":
      case "ExportAllDeclaration":
        facts.imports.push(node);
        break;
      case "ExportNamedDeclaration":
        if (node.source) facts.imports.push(node as ReExport);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") facts.metas.push(node);
        break;
      case "CallExpression":
        facts.calls.push(node);
        break;
      case "ReturnStatement":
        if (!isInFunction) facts.returns.push(node);
        break;
      case "AwaitExpression":
        if (!isInFunction) facts.waits = true;
        break;
      case "Identifier":
        words.add(node.name);
        noteName(node.name, visited, names);
        break;
    }
  });
  return facts;
}

function noteName(
  name: string,
  { node, parent, key }: Visited,
  names: Map<string, NameUse>,
): void {
  if (parent !== undefined && isNoVariable(parent, key)) return;
  let use = names.get(name);
  if (use === undefined) names.set(name, use = { members: new Set(), escapes: false });
  const isMember = parent?.type === "MemberExpression" && parent.object === node &&
    !parent.computed && parent.property.type === "Identifier";
  if (isMember) use.members.add((parent.property as { name: string }).name);
  else use.escapes = true;
}

/** Whether a name in that place of a node is no variable's. */
function isNoVariable(parent: AnyNode, key: string): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return key === "property" && !parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return key === "key" && !parent.computed;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return key === "label";
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
    case "ExportAllDeclaration":
    case "MetaProperty":
      return true;
    case "ExportSpecifier":
      return key === "exported";
    default:
      return false;
  }
}

/** The text of an expression that is a plain string. */
export function literal(node: Expression): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** A name, or a text in its place. */
export function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value?: unknown }).value);
}
