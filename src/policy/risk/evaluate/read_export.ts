import type { AnyNode } from "acorn";
import { nameOf } from "../name_of.ts";
import type { Callable } from "../program_facts.ts";
import { ONCE } from "../repeat.ts";
import { isFunction } from "../scopes.ts";
import type { At } from "./at.ts";
import { callablesOf } from "./callables_of.ts";
import { defineFunction } from "./define_function.ts";

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
