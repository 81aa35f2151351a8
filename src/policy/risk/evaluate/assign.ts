import type { AnyNode, Node, Pattern } from "acorn";
import { isHarmless, kindOfName } from "../data_kinds.ts";
import {
  asKind,
  asPlain,
  type Callable,
  type FunctionFact,
  multiply,
  ONCE,
  type Repeat,
} from "../program_facts.ts";
import { type At, callablesOf, namespaceOf, readPropertyName } from "./callables_of.ts";
import { type FunctionNode, isFunction } from "../scopes.ts";

interface AssignOptions {
  /** Where the data may come from. */
  readonly sources: number;
  /** What it is, where that is one expression. */
  readonly value?: Node | undefined;
  readonly at: At;
}

/** Gives data to a variable, a property, or to all that a pattern takes it apart into. */
export function assign(pattern: Pattern | Node, { sources, value, at }: AssignOptions): void {
  const target = pattern as AnyNode;
  switch (target.type) {
    case "Identifier":
      return assignName(target.name, { sources, value, at });
    case "MemberExpression":
      return assignMember(target, { sources, value, at });
    case "ObjectPattern":
      for (const property of target.properties) {
        if (property.type === "RestElement") assign(property.argument, { sources, at });
        else assignProperty(property, { sources, value, at });
      }
      return;
    case "ArrayPattern":
      for (const item of target.elements) if (item) assign(item, { sources, at });
      return;
    case "RestElement":
      return assign(target.argument, { sources, at });
    case "AssignmentPattern": {
      const more = at.reader.readValue(target.right, at);
      return assign(target.left, { sources: sources | more, at });
    }
  }
}

function assignName(name: string, { sources, value, at }: AssignOptions): void {
  const { knowledge } = at;
  const binding = knowledge.countAssignment(name, at.scope);
  if (binding === undefined) return;
  knowledge.addSources(binding, sources);
  if (value === undefined) return;
  binding.value = value;
  const source = value as AnyNode;
  if (source.type === "Identifier" && knowledge.find(source.name, at.scope)?.callsTools) {
    binding.callsTools = true;
  }
  for (const callee of callablesOf(value, at)) knowledge.learn(binding.callables, callee);
  binding.namespace ??= namespaceOf(value, at);
}

function assignMember(
  target: Extract<AnyNode, { type: "MemberExpression" }>,
  { sources, value, at }: AssignOptions,
): void {
  const { knowledge, scope, from } = at;
  const name = readPropertyName(target, at);
  let root = target.object as AnyNode;
  while (root.type === "MemberExpression") root = root.object as AnyNode;
  const binding = root.type === "Identifier" ? knowledge.find(root.name, scope) : undefined;
  if (binding !== undefined) {
    knowledge.addSources(binding, sources);
    binding.grows = true;
  } else if (name !== undefined) knowledge.addField(name, sources);
  if (value === undefined) return;
  for (const callee of callablesOf(value, at)) {
    if (name !== undefined) knowledge.addMethod(name, callee);
    else knowledge.addEscape(callee, { node: target, from });
  }
}

function assignProperty(
  { key, value: target, computed }: { key: Node; value: Node; computed: boolean },
  { sources, value, at }: AssignOptions,
): void {
  const { knowledge, scope } = at;
  const name = readPropertyName({ computed, property: key }, at);
  const kind = name === undefined ? "plain" : kindOfName(name);
  const own = name !== undefined && isHarmless(name) ? asPlain(sources) : asKind(sources, kind);
  assign(target, { sources: own, at });
  const inner = withoutDefault(target);
  if (inner.type !== "Identifier" || value === undefined) return;
  const binding = knowledge.find(inner.name, scope);
  for (const callee of propertyCallables(name, { of: value, at })) {
    if (binding !== undefined) knowledge.learn(binding.callables, callee);
  }
}

function withoutDefault(target: Node): AnyNode {
  const any = target as AnyNode;
  return any.type === "AssignmentPattern" ? any.left as AnyNode : any;
}

/** What may be called of what is taken out of something by a name. */
function propertyCallables(
  name: string | undefined,
  { of, at }: { of: Node; at: At },
): Iterable<Callable> {
  const namespace = namespaceOf(of, at);
  if (namespace === undefined) return at.knowledge.methodsOf(name ?? "") ?? [];
  if (name === undefined) return at.knowledge.callablesIn(namespace);
  const found = namespace.exports.get(name);
  return found === undefined ? [] : [found];
}

interface BindParamsOptions {
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

interface PassToOptions {
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

/** Reads a function to its end, for any caller. */
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
