import type { AnyNode } from "acorn";
import { isFunction } from "../scopes.ts";
import type { Place } from "../walk_tree.ts";

/** Whether what a `.constructor` gives may be `Function`, and is called or kept. */
export function makesConstructor({ node, parent }: Place): boolean {
  const { object } = node as Extract<AnyNode, { type: "MemberExpression" }>;
  const from = object as AnyNode;
  const outer = parent?.node;
  const isOfFunction = isFunction(from) || from.type === "ClassExpression" ||
    isConstructor(from) || from.type === "CallExpression";
  if (outer?.type === "MemberExpression" && outer.object === node) {
    return isConstructorOf(outer, from);
  }
  if (isOfFunction) return true;
  const isCalled = (outer?.type === "CallExpression" || outer?.type === "NewExpression") &&
    outer.callee === node;
  // `new this.constructor()` makes another of the same class.
  return isCalled && from.type !== "ThisExpression";
}

function isConstructorOf(
  outer: Extract<AnyNode, { type: "MemberExpression" }>,
  from: AnyNode,
): boolean {
  const isName = outer.property.type === "Identifier" && outer.property.name === "name";
  return !outer.computed && !isName && (isFunction(from) || isConstructor(from));
}

function isConstructor(node: AnyNode): boolean {
  return node.type === "MemberExpression" && node.property.type === "Identifier" &&
    node.property.name === "constructor";
}
