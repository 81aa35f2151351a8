import type { AnyNode, Node, Pattern } from "acorn";
import type { FunctionFact } from "../program_facts.ts";
import { ONCE } from "../repeat.ts";
import { isFunction } from "../scopes.ts";
import { assign } from "./assign.ts";
import type { At } from "./at.ts";
import { callablesOf } from "./callables_of.ts";

/** Options of {@linkcode bindParams}. */
export interface BindParamsOptions {
  /** Sources of each argument. */
  readonly args: readonly number[];
  /** The arguments as they stand in the call, where they stand there. */
  readonly values: readonly Node[];
  /** Where the call is. */
  readonly given: At;
}

/** Gives a function's parameters what a call has for them. */
export function bindParams(fact: FunctionFact, { args, values, given }: BindParamsOptions): void {
  const { knowledge } = given;
  const view = knowledge.viewOf(fact);
  const scope = view?.scopes.get(fact.node);
  const any = fact.node as AnyNode;
  if (view === undefined || scope === undefined || !isFunction(any)) return;
  const at: At = { ...given, view, scope, from: view.top, repeat: ONCE };
  const spread = values.findIndex((value) => (value as AnyNode).type === "SpreadElement");
  any.params.forEach((param, index) => {
    const from = spread >= 0 && spread <= index ? spread : index;
    const rest = param.type === "RestElement" || from !== index ? args.slice(from) : [args[from]];
    const sources = rest.reduce<number>((sum, item) => sum | (item ?? 0), 0);
    assign(param, { sources, at });
    const value = values[index];
    if (value !== undefined) bindCallables(param, { value, at, given });
  });
  for (const node of values.slice(any.params.length)) {
    for (const callee of callablesOf(node, given)) {
      knowledge.addEscape(callee, { node, from: given.from });
    }
  }
}

function bindCallables(
  param: Pattern,
  { value, at, given }: { value: Node; at: At; given: At },
): void {
  const { knowledge } = at;
  const name = param.type === "AssignmentPattern" ? param.left : param;
  const binding = name.type === "Identifier" ? knowledge.find(name.name, at.scope) : undefined;
  for (const callee of callablesOf(value, given)) {
    if (binding !== undefined) knowledge.learn(binding.callables, callee);
    else knowledge.addEscape(callee, { node: value, from: given.from });
  }
}
