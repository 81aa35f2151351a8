import type { AnyNode, Expression, Node } from "acorn";
import { isHarmless, kindOfName } from "../data_kinds.ts";
import { asKind, asPlain, type Callable, ONCE } from "../program_facts.ts";
import {
  type At,
  callablesOf,
  namespaceOf,
  propertyName,
  readPropertyName,
} from "./callables_of.ts";
import { literal, nameOf } from "../../../program/tree_facts.ts";
import { isFunction } from "../scopes.ts";
import { defineFunction } from "./assign.ts";

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

/** `export { … }` and `export const …`. */
export function readNamedExport(
  { source, specifiers, declaration }: Extract<AnyNode, { type: "ExportNamedDeclaration" }>,
  at: At,
): void {
  if (source) return;
  const { exports } = at.view;
  for (const { local, exported } of specifiers) {
    for (const fact of callablesOf(local, at)) exports.set(nameOf(exported), fact);
  }
  if (!declaration) return;
  at.reader.read(declaration, at);
  const names = declaration.type === "VariableDeclaration"
    ? declaration.declarations.map(({ id }) => id)
    : [declaration.id];
  for (const id of names) {
    if (id?.type !== "Identifier") continue;
    for (const fact of callablesOf(id, at)) exports.set(id.name, fact);
  }
}

/** `export default …`: of the program itself, it is what is run. */
export function readDefaultExport(
  node: Extract<AnyNode, { type: "ExportDefaultDeclaration" }>,
  at: At,
): number {
  const { knowledge, view, scope, from } = at;
  const declaration = node.declaration as AnyNode;
  const [sources, facts] = readDefault(declaration, at);
  if (declaration.type === "FunctionDeclaration" && declaration.id) {
    const binding = knowledge.find(declaration.id.name, scope);
    for (const fact of facts) if (binding) knowledge.learn(binding.callables, fact);
  }
  const isMain = view.module.skill === undefined;
  for (const callee of facts) {
    view.exports.set("default", callee);
    if (isMain) knowledge.addSite({ callee, from, repeat: ONCE, node, sources: 0 });
  }
  return sources;
}

function readDefault(declaration: AnyNode, at: At): [sources: number, facts: Iterable<Callable>] {
  if (!isFunction(declaration)) {
    return [at.reader.readValue(declaration, at), callablesOf(declaration, at)];
  }
  const fact = defineFunction(declaration, at);
  return [fact.returns, [fact]];
}
