import type { AnyNode, Node } from "acorn";
import type { Callable, Namespace } from "../program_facts.ts";
import type { At } from "./at.ts";
import { methodName, propertyName } from "./property_name.ts";

const NONE: ReadonlySet<Callable> = new Set();

/** What a call of an expression may call. */
export function callablesOf(node: Node, at: At): ReadonlySet<Callable> {
  const any = node as AnyNode;
  switch (any.type) {
    case "Identifier":
      return at.knowledge.find(any.name, at.scope)?.callables ?? NONE;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return new Set([at.knowledge.factOf(any, at.view)]);
    case "AwaitExpression":
      return callablesOf(any.argument, at);
    case "ChainExpression":
      return callablesOf(any.expression, at);
    case "AssignmentExpression":
      return callablesOf(any.right, at);
    case "ConditionalExpression":
      return union(callablesOf(any.consequent, at), callablesOf(any.alternate, at));
    case "LogicalExpression":
      return union(callablesOf(any.left, at), callablesOf(any.right, at));
    case "SequenceExpression":
      return callablesOf(any.expressions.at(-1)!, at);
    case "MemberExpression":
      return memberCallables(any, at);
    case "CallExpression": {
      const { callee } = any;
      const isBind = callee.type === "MemberExpression" && !callee.computed &&
        methodName(callee) === "bind";
      return isBind ? callablesOf(callee.object, at) : NONE;
    }
    default:
      return NONE;
  }
}

function memberCallables(
  node: Extract<AnyNode, { type: "MemberExpression" }>,
  at: At,
): ReadonlySet<Callable> {
  const { object, property } = node;
  const name = propertyName(node);
  const namespace = namespaceOf(object, at);
  if (namespace !== undefined) {
    if (name === undefined) return new Set(namespace.exports.values());
    const found = namespace.exports.get(name);
    return found ? new Set([found]) : NONE;
  }
  if (name === "call" || name === "apply") return callablesOf(object, at);
  if (name !== undefined) return at.knowledge.methodsOf(name) ?? NONE;
  // `table[key]()`: any function that an object holds, unless it is a list of data.
  return property.type === "Literal" ? NONE : at.knowledge.anyMethod;
}

/** The module that an expression stands for as a whole. */
export function namespaceOf(node: Node, at: At): Namespace | undefined {
  const any = node as AnyNode;
  if (any.type === "Identifier") return at.knowledge.find(any.name, at.scope)?.namespace;
  if (any.type === "AwaitExpression") return namespaceOf(any.argument, at);
  return any.type === "ImportExpression" ? at.view.loaded?.get(any) : undefined;
}

function union(
  one: ReadonlySet<Callable>,
  other: ReadonlySet<Callable>,
): ReadonlySet<Callable> {
  if (one.size === 0) return other;
  return other.size === 0 ? one : one.union(other);
}
