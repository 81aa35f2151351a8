import type { AnyNode, Node, Pattern } from "acorn";
import type { FunctionFact } from "../program_facts.ts";
import { ONCE } from "../repeat.ts";
import { type FunctionNode, isFunction } from "../scopes.ts";
import { assign } from "./assign.ts";
import type { At } from "./at.ts";
import { callablesOf } from "./callables_of.ts";

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
  bindSources(fact, { params: any.params, args, values, at });
  for (let index = 0; index < Math.min(values.length, any.params.length); index++) {
    bindCallables(any.params[index]!, { value: values[index]!, at, given });
  }
  for (const node of values.slice(any.params.length)) {
    for (const callee of callablesOf(node, given)) {
      knowledge.addEscape(callee, { node, from: given.from });
    }
  }
}

/** What a parameter may have is told to it when something new is learned of it, and not each time. */
function bindSources(
  fact: FunctionFact,
  { params, args, values, at }: {
    params: FunctionNode["params"];
    args: readonly number[];
    values: readonly Node[];
    at: At;
  },
): void {
  const spread = values.findIndex((value) => (value as AnyNode).type === "SpreadElement");
  const isNew = fact.params === undefined;
  const known = fact.params ??= params.map(() => 0);
  // Beyond the arguments a parameter gets nothing, unless they are not counted.
  const last = spread >= 0 || isNew ? params.length : Math.min(params.length, args.length);
  const all = args.reduce((sum, item) => sum | item, 0);
  const bind = (index: number) => {
    const param = params[index]!;
    const isRest = param.type === "RestElement" || (spread >= 0 && spread <= index);
    const sources = (isRest ? all : args[index] ?? 0) | (fact.given ?? 0);
    at.knowledge.step();
    if (!isNew && (known[index]! | sources) === known[index]) return;
    known[index]! |= sources;
    assign(param.type === "AssignmentPattern" ? param.left : param, { sources, at });
  };
  for (let index = 0; index < last; index++) bind(index);
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
