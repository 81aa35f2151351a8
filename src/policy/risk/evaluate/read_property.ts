import type { AnyNode, Expression, Node } from "acorn";
import { literal } from "../../../program/tree_facts.ts";
import { kindOfName } from "../data_kinds.ts";
import { isFunction } from "../scopes.ts";
import { asKind } from "../source_bits.ts";
import type { At } from "./at.ts";
import { callablesOf } from "./callables_of.ts";
import { propertyName } from "./property_name.ts";

type PropertyNode = Extract<
  AnyNode,
  { type: "Property" | "MethodDefinition" | "PropertyDefinition" }
>;

/** Methods that the language itself calls. */
const IMPLICIT = new Set(["toString", "valueOf", "toJSON", "then", "next", "return"]);

/** A property of an object or of a class: what it holds can be called by its name. */
export function readProperty(node: PropertyNode, at: At): number {
  const { knowledge, reader, from } = at;
  const { value, kind = "init", computed, key } = node as PropertyNode & { kind?: string };
  if (!value) return 0;
  const name = computed ? propertyName({ computed, property: key }, at) : nameOfKey(key, at);
  const isField = node.type === "PropertyDefinition" && !node.static;
  const inside = isField ? { ...at, repeat: { times: null, over: "a class" } } : at;
  const sources = reader.readValue(value, inside);
  const isCalledByLanguage = kind === "get" || kind === "set" || name === undefined ||
    IMPLICIT.has(name);
  for (const callee of callablesOf(value, at)) {
    if (isCalledByLanguage) knowledge.addEscape(callee, { node, from });
    if (name !== undefined) knowledge.addMethod(name, callee);
  }
  if (isFunction(value as AnyNode)) return 0;
  return name === undefined ? sources : asKind(sources, kindOfName(name));
}

function nameOfKey(key: Node, at: At): string | undefined {
  return propertyName({ computed: false, property: key }, at) ?? literal(key as Expression);
}
