import type { AnyNode, Node } from "acorn";
import { isHarmless, kindOfName } from "../data_kinds.ts";
import { asKind, asPlain } from "../source_bits.ts";
import type { At } from "./at.ts";
import { callablesOf, namespaceOf } from "./callables_of.ts";
import { readPropertyName } from "./read_property_name.ts";

/** A name that is used otherwise than to call it: what it calls may be called any number of times. */
export function readName(node: Extract<AnyNode, { type: "Identifier" }>, at: At): number {
  const { knowledge, scope, from } = at;
  const binding = knowledge.find(node.name, scope);
  if (binding === undefined) return 0;
  for (const callee of binding.callables) knowledge.addEscape(callee, { node, from });
  if (binding.namespace !== undefined) {
    for (const callee of knowledge.callablesIn(binding.namespace)) {
      knowledge.addEscape(callee, { node, from });
    }
  }
  return binding.sources;
}

/** The same for a name within something. */
export function readMember(node: Extract<AnyNode, { type: "MemberExpression" }>, at: At): number {
  const { knowledge, reader, from } = at;
  const name = readPropertyName(node, at);
  if (isNamespaceMember(node) && namespaceOf(node.object, at) !== undefined) {
    for (const callee of callablesOf(node, at)) knowledge.addEscape(callee, { node, from });
    return 0;
  }
  if (node.object.type === "ThisExpression") {
    return name === undefined ? 0 : knowledge.fieldSources(name);
  }
  const sources = reader.read(node.object, at);
  if (sources === 0 || name === undefined) return sources;
  if (name === "length" || name === "size") return 0;
  return isHarmless(name) ? asPlain(sources) : asKind(sources, kindOfName(name));
}

function isNamespaceMember({ object }: { object: Node }): boolean {
  const { type } = object as AnyNode;
  return type === "Identifier" || type === "AwaitExpression";
}
