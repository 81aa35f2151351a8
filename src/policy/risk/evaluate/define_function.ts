import type { FunctionFact } from "../program_facts.ts";
import { ONCE } from "../repeat.ts";
import type { FunctionNode } from "../scopes.ts";
import { assign } from "./assign.ts";
import type { At } from "./at.ts";

/** Reads a function to its end, whoever calls it. */
export function defineFunction(node: FunctionNode, outer: At): FunctionFact {
  const { view, knowledge, reader } = outer;
  const fact = knowledge.factOf(node, view);
  const at: At = {
    ...outer,
    scope: view.scopes.get(node)!,
    from: fact,
    repeat: ONCE,
    ofLoop: undefined,
  };
  for (const param of node.params) {
    const given = fact.given ?? 0;
    if (param.type !== "AssignmentPattern") assign(param, { sources: given, at });
    else {
      const sources = given | reader.readValue(param.right, at);
      assign(param.left, { sources, value: param.right, at });
    }
  }
  const sources = reader.read(node.body, at);
  if (node.type === "ArrowFunctionExpression" && node.expression) {
    knowledge.addReturned(fact, sources);
  }
  return fact;
}
