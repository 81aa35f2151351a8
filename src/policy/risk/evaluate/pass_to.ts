import type { Node } from "acorn";
import { multiply, type Repeat } from "../repeat.ts";
import type { At } from "./at.ts";
import { bindParams } from "./bind_params.ts";
import { callablesOf } from "./callables_of.ts";

export interface PassToOptions {
  /** Sources of each parameter. */
  readonly items: readonly number[];
  readonly repeat: Repeat;
  /** The call that the function is given to. */
  readonly node: Node;
  readonly at: At;
}

/** Gives a function to something that calls it; its parameters get what is in `items`. */
export function passTo(argument: Node, { items, repeat, node, at }: PassToOptions): number {
  const { knowledge, from } = at;
  let results = 0;
  const sources = items.reduce((sum, item) => sum | item, 0);
  for (const callee of callablesOf(argument, at)) {
    knowledge.addSite({ callee, from, repeat: multiply(at.repeat, repeat), node, sources });
    if (knowledge.isCrowd(callee)) knowledge.callCrowd(node, sources);
    else if (callee.kind === "function") bindParams(callee, { args: items, values: [], given: at });
    results |= callee.kind === "tool" ? knowledge.bits.of(callee.traits) : callee.returns;
  }
  return results;
}
