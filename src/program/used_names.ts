import type { Identifier, MemberExpression, Program } from "acorn";
import { fullAncestor } from "acorn-walk";
import type { ParsedModule } from "./parse_module.ts";
import type { ModuleImport } from "./read_imports.ts";

/**
 * The exports of an imported module that the importing one uses; undefined where that cannot be
 * told, and so all of them must be taken as used.
 */
export function usedNames(
  { form, node }: ModuleImport,
  { tree }: ParsedModule,
): readonly string[] | undefined {
  if (form !== "import") return undefined;
  const names: string[] = [];
  for (const specifier of node.specifiers) {
    if (specifier.type === "ImportNamespaceSpecifier") {
      const members = usedMembers(specifier.local.name, tree);
      if (members === undefined) return undefined;
      names.push(...members);
    } else {
      const imported = specifier.type === "ImportDefaultSpecifier"
        ? "default"
        : specifier.imported.type === "Identifier"
        ? specifier.imported.name
        : String(specifier.imported.value);
      // What is imported and never named in running code was the name of a type.
      if (isUsed(specifier.local.name, tree)) names.push(imported);
    }
  }
  return names;
}

/** Whether running code names the variable. */
export function isUsed(variable: string, tree: Program): boolean {
  let used = false;
  visitIdentifiers(tree, ({ name }) => used ||= name === variable);
  return used;
}

/** `x` of every `variable.x`; undefined where the variable is used in any other way. */
function usedMembers(variable: string, tree: Program): string[] | undefined {
  const members = new Set<string>();
  let escapes = false;
  visitIdentifiers(tree, (identifier, parent) => {
    if (identifier.name !== variable) return;
    const member = parent as MemberExpression | undefined;
    const isMember = member?.type === "MemberExpression" && member.object === identifier &&
      !member.computed && member.property.type === "Identifier";
    if (isMember) members.add((member.property as Identifier).name);
    else escapes = true;
  });
  return escapes ? undefined : [...members];
}

function visitIdentifiers(
  tree: Program,
  visit: (identifier: Identifier, parent: unknown) => void,
): void {
  fullAncestor(tree, (node, _state, ancestors) => {
    if (node.type === "Identifier") visit(node as Identifier, ancestors.at(-2));
    if (node.type === "ExportSpecifier") {
      const { local } = node as unknown as { local: Identifier };
      if (local.type === "Identifier") visit(local, node);
    }
  });
}
