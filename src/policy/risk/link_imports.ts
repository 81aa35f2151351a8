import type { AnyNode, ImportDeclaration } from "acorn";
import type { Program } from "../../program/program.ts";
import type { ModuleView } from "./evaluate/module_view.ts";
import { nameOf } from "./name_of.ts";
import type { Callable } from "./program_facts.ts";
import { findBinding } from "./scopes.ts";
import type { ToolTraits } from "./tool_traits.ts";

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
  const folders = new Map<string, Map<string, Callable>>();
  for (const view of views) {
    const handedOn = new Set<ReadonlyMap<string, Callable>>();
    for (const { form, node, target } of view.module.imports) {
      if (form === "import" && target.kind === "airlock") bindCallTool(node.specifiers, view);
      const exports = target.kind === "skill"
        ? skills.get(target.name)
        : target.kind === "server" || target.kind === "tool"
        ? wrapperExports(target.folder)
        : undefined;
      if (exports === undefined) continue;
      if (form === "export") {
        // All of a module is handed on once, however often that is said.
        const isAll = (node as AnyNode).type === "ExportAllDeclaration";
        if (isAll && handedOn.has(exports)) continue;
        if (isAll) handedOn.add(exports);
        reExport(node as AnyNode, { from: exports, to: view.exports });
      } else if (form === "import") bindNames(node.specifiers, { exports, view });
      else (view.loaded ??= new Map()).set(node, { exports });
    }
  }
  return facts;

  function wrapperExports(folder: string): Map<string, Callable> {
    const before = folders.get(folder);
    if (before !== undefined) return before;
    const wrappers = program.wrappers.get(folder) ?? [];
    const exports = new Map<string, Callable>(
      wrappers.flatMap(({ server, tool, exportName }) => {
        const fact = facts.get(JSON.stringify([server, tool]));
        return fact ? [[exportName, fact]] : [];
      }),
    );
    folders.set(folder, exports);
    return exports;
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

/** The function that calls tools by their names, whatever it is called here. */
function bindCallTool(specifiers: ImportDeclaration["specifiers"], view: ModuleView): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const specifier of specifiers) {
    if (specifier.type !== "ImportSpecifier" || nameOf(specifier.imported) !== "callTool") continue;
    const binding = findBinding(specifier.local.name, scope);
    if (binding !== undefined) binding.callsTools = true;
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
