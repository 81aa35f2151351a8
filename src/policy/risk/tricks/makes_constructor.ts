import type { AnyNode } from "acorn";
import { isFunction } from "../scopes.ts";
import type { Place } from "../walk_tree.ts";

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
