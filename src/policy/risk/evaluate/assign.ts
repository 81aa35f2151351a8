import type { AnyNode, Node, Pattern } from "acorn";
import { isHarmless, kindOfName } from "../data_kinds.ts";
import type { Callable } from "../program_facts.ts";
import { asKind, asPlain } from "../source_bits.ts";
import type { At } from "./at.ts";
import { callablesOf, namespaceOf } from "./callables_of.ts";
import { readPropertyName } from "./read_property_name.ts";

export interface AssignOptions {
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
