import type { AnyNode, ImportDeclaration } from "acorn";
import type { Program } from "../../program/read_program.ts";
import type { ModuleView } from "./evaluate/module_view.ts";
import { nameOf } from "./name_of.ts";
import type { Callable } from "./program_facts.ts";
import { findBinding } from "./scopes.ts";
import type { ToolTraits } from "./tool_traits.ts";

/** Options of {@linkcode linkImports}. */
export interface LinkImportsOptions {
  readonly program: Program;
  readonly tools: readonly ToolTraits[];
}

/** Ties the names that modules import to the tools and to the skills' modules. */
export function linkImports(
  views: readonly ModuleView[],
  { program, tools }: LinkImportsOptions,
): ReadonlyMap<string, Callable> {
  const facts = new Map(tools.map((traits) => [
    JSON.stringify([traits.server, traits.tool]),
    { kind: "tool", traits } as const,
  ]));
  const skills = new Map(views.map((view) => [view.module.skill, view.exports]));
  for (const view of views) {
    for (const { form, node, target } of view.module.imports) {
      const exports = target.kind === "skill"
        ? skills.get(target.name)
        : target.kind === "server" || target.kind === "tool"
        ? wrapperExports(target.folder)
        : undefined;
      if (exports === undefined) continue;
      if (form === "export") reExport(node as AnyNode, { from: exports, to: view.exports });
      else if (form === "import") bindNames(node.specifiers, { exports, view });
      else (view.loaded ??= new Map()).set(node, { exports });
    }
  }
  return facts;

  function wrapperExports(folder: string): Map<string, Callable> {
    const wrappers = program.wrappers.get(folder) ?? [];
    return new Map(wrappers.flatMap(({ server, tool, exportName }) => {
      const fact = facts.get(JSON.stringify([server, tool]));
      return fact ? [[exportName, fact]] : [];
    }));
  }
}

function bindNames(
  specifiers: ImportDeclaration["specifiers"],
  { exports, view }: { exports: ReadonlyMap<string, Callable>; view: ModuleView },
): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const specifier of specifiers) {
    const binding = findBinding(specifier.local.name, scope);
    if (binding === undefined) continue;
    if (specifier.type === "ImportNamespaceSpecifier") binding.namespace = { exports };
    else {
      const name = specifier.type === "ImportDefaultSpecifier"
        ? "default"
        : nameOf(specifier.imported);
      // A skill's exports are known only once it was read.
      (binding.imports ??= []).push({ exports, name });
    }
  }
}

function reExport(
  node: AnyNode,
  { from, to }: { from: ReadonlyMap<string, Callable>; to: Map<string, Callable> },
): void {
  if (node.type === "ExportAllDeclaration") { for (const [name, fact] of from) to.set(name, fact); }
  if (node.type !== "ExportNamedDeclaration") return;
  for (const { local, exported } of node.specifiers) {
    const fact = from.get(nameOf(local));
    if (fact !== undefined) to.set(nameOf(exported), fact);
  }
}
