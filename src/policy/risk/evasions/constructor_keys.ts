import type { AnyNode, Node } from "acorn";
import type { Meanings } from "../meanings.ts";
import {
  type Binding,
  childrenOf,
  findBinding,
  isFunction,
  type Place,
  type Scope,
  type Scopes,
  walkTree,
} from "../scopes.ts";

/** More parts no person writes one key of. */
const MAX_PARTS = 40;

/** Tells whether an expression may give the text "constructor", now or in some round of a loop. */
export type IsConstructorKey = (node: Node, scope: Scope) => boolean;

/** Finds the variables of a module that may be that text, and tells by them. */
export function findConstructorKeys(
  tree: Node,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): IsConstructorKey {
  const bindings = new Set<Binding>();
  const isKey: IsConstructorKey = (node, scope) => mayBe(node, { scope, meanings, bindings });
  walkTree(tree, scopes, ({ node, scope }) => {
    switch (node.type) {
      case "ForOfStatement":
      case "ForInStatement":
        if (node.left.type === "VariableDeclaration" && isKey(node.right, scope)) {
          note(node.left.declarations[0]!.id, scope);
        }
        break;
      case "AssignmentExpression":
        if (isKey(node.right, scope)) note(node.left, scope);
        break;
      case "VariableDeclarator":
        if (node.init && isKey(node.init, scope)) note(node.id, scope);
        break;
      case "CallExpression":
        noteParams(node, scope);
    }
  });
  return isKey;

  /** `list.reduce((o, k) => o[k])`: each parameter may be an item of the list. */
  function noteParams(
    { callee, arguments: args }: Extract<AnyNode, { type: "CallExpression" }>,
    scope: Scope,
  ): void {
    const given = args.find((arg) => isFunction(arg as AnyNode)) as AnyNode | undefined;
    if (given === undefined || !isFunction(given)) return;
    const from = callee.type === "MemberExpression" ? callee.object : undefined;
    const isGiven = [from, ...args].some((part) =>
      part && part !== given as Node && isKey(part, scope)
    );
    if (!isGiven) return;
    for (const param of given.params) note(param, scopes.get(given) ?? scope);
  }

  function note(target: Node, scope: Scope): void {
    const any = target as AnyNode;
    const binding = any.type === "Identifier" ? findBinding(any.name, scope) : undefined;
    if (binding !== undefined) bindings.add(binding);
    if (any.type === "ArrayPattern") {
      for (const item of any.elements) {
        if (item) note(item, scope);
      }
    }
  }
}

function mayBe(
  node: Node,
  { scope, meanings, bindings }: {
    scope: Scope;
    meanings: Meanings;
    bindings: ReadonlySet<Binding>;
  },
): boolean {
  const open = [node as AnyNode];
  for (let at = 0; at < open.length && at < MAX_PARTS; at++) {
    const part = open[at]!;
    if (isFunction(part)) continue;
    const value = meanings.valueOf(part, scope);
    if (value === "constructor" || (Array.isArray(value) && value.includes("constructor"))) {
      return true;
    }
    if (part.type === "Identifier") {
      const binding = findBinding(part.name, scope);
      if (binding !== undefined && bindings.has(binding)) return true;
    }
    // What a condition or a comparison looks at is no part of what is given.
    if (part.type === "BinaryExpression" && part.operator !== "+") continue;
    if (part.type === "ObjectExpression") {
      const isNamed = part.properties.some((property) =>
        property.type === "Property" && meanings.keyOf(
            { property: property.key, computed: property.computed },
            scope,
          ) === "constructor"
      );
      if (isNamed) return true;
    }
    if (open.length < MAX_PARTS) open.push(...childrenOf(part).slice(0, MAX_PARTS));
  }
  return false;
}

type Member = Extract<AnyNode, { type: "MemberExpression" }>;

/** What is done with a class by its own name, and never makes code. */
const CALLING = new Set(["call", "apply", "bind", "value", "get", "constructor", "prototype"]);

/**
 * Whether what a `.constructor` gives may be `Function`, and is called or kept: that of any function,
 * and whether something is one cannot be told from most expressions.
 */
export function makesConstructor(place: Place): boolean {
  const from = (place.node as Member).object as AnyNode;
  const { node, outer } = outside(place);
  switch (outer?.type) {
    case "MemberExpression":
      return outer.object !== node || handsOnByProperty(outer, from);
    case "BinaryExpression":
    case "UnaryExpression":
    case "SwitchStatement":
    case "TemplateLiteral":
    case "ExpressionStatement":
    case "IfStatement":
      return false;
    case "AssignmentExpression":
      return outer.right === node && from.type !== "ThisExpression";
    case "LogicalExpression":
      return (outer.operator !== "&&" || outer.right === node) && from.type !== "ThisExpression";
    default:
      // `new this.constructor()` makes another of the same class.
      return from.type !== "ThisExpression";
  }
}

/** What stands around it, parts that change nothing left out. */
function outside({ node, parent }: Place): { node: AnyNode; outer: AnyNode | undefined } {
  let [inner, place] = [node, parent];
  while (place?.node.type === "ChainExpression") [inner, place] = [place.node, place.parent];
  return { node: inner, outer: place?.node };
}

/** `x.constructor.name` asks what something is; `f.constructor.call` calls it. */
function handsOnByProperty({ property, computed }: Member, from: AnyNode): boolean {
  const key = property as AnyNode;
  if (from.type === "ThisExpression") return false;
  if (computed || key.type !== "Identifier") return true;
  if (key.name === "name") return false;
  return CALLING.has(key.name) || isFunction(from) || isConstructor(from);
}

function isConstructor(node: AnyNode): boolean {
  return node.type === "MemberExpression" && node.property.type === "Identifier" &&
    node.property.name === "constructor";
}
