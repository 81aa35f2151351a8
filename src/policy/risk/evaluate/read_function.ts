import type { FunctionNode } from "../scopes.ts";
import type { At } from "./at.ts";
import { defineFunction } from "./define_function.ts";

/** A function that stands where nothing is known of who calls it. */
export function readFunction(node: FunctionNode, at: At): number {
  const { knowledge, scope, from } = at;
  const fact = defineFunction(node, at);
  if (node.type !== "FunctionDeclaration") knowledge.addEscape(fact, { node, from });
  else if (node.id) {
    const binding = knowledge.find(node.id.name, scope);
    if (binding !== undefined) knowledge.learn(binding.callables, fact);
  }
  return fact.returns;
}
