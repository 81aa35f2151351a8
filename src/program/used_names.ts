import type { ModuleImport } from "./read_imports.ts";
import type { TreeFacts } from "./tree_facts.ts";

/**
 * The exports of an imported module that the importing one uses; undefined where that cannot be
 * told, and so all of them must be taken as used.
 */
export function usedNames(
  { form, node }: ModuleImport,
  { names }: TreeFacts,
): ReadonlySet<string> | undefined {
  if (form !== "import") return undefined;
  const used = new Set<string>();
  for (const specifier of node.specifiers) {
    const use = names.get(specifier.local.name);
    // What is imported and never named in running code was the name of a type.
    if (use === undefined) continue;
    if (specifier.type === "ImportNamespaceSpecifier") {
      if (use.escapes) return undefined;
      for (const member of use.members) used.add(member);
    } else {
      used.add(
        specifier.type === "ImportDefaultSpecifier"
          ? "default"
          : specifier.imported.type === "Identifier"
          ? specifier.imported.name
          : String(specifier.imported.value),
      );
    }
  }
  return used;
}
