import type { ExportSpecifier, ImportDeclaration } from "acorn";
import { nameOf } from "./as_function.ts";
import type { ReExport, TreeFacts } from "./tree_facts.ts";

/** The import again, of a URL, without the names of types: those are gone from what is imported. */
export function importStatement(
  node: ImportDeclaration,
  { url, names }: { readonly url: string; readonly names: TreeFacts["names"] },
): string {
  const from = quote(url);
  const named: string[] = [];
  const whole: string[] = [];
  for (const specifier of node.specifiers) {
    const local = specifier.local.name;
    if (specifier.type === "ImportNamespaceSpecifier") whole.push(`* as ${local}`);
    else if (specifier.type === "ImportDefaultSpecifier") whole.unshift(local);
    else if (names.has(local)) named.push(`${exportName(specifier.imported)} as ${local}`);
  }
  const clauses = named.length > 0 ? [...whole, `{ ${named.join(", ")} }`] : whole;
  return clauses.length > 0 ? `import ${clauses.join(", ")} from ${from};` : `import ${from};`;
}

/** The export of what is another module's again, of a URL. */
export function reExportStatement(node: ReExport, url: string): string {
  const from = quote(url);
  if (node.type === "ExportNamedDeclaration") {
    const names = node.specifiers.map(({ local, exported }) =>
      `${exportName(local)} as ${exportName(exported)}`
    );
    return `export { ${names.join(", ")} } from ${from};`;
  }
  const { exported } = node;
  return exported ? `export * as ${exportName(exported)} from ${from};` : `export * from ${from};`;
}

/** What is exported by default of what is another module's; undefined where nothing is. */
export function defaultOf(node: ReExport): ExportSpecifier["local"] | "*" | undefined {
  if (node.type === "ExportNamedDeclaration") {
    return node.specifiers.find(({ exported }) => nameOf(exported) === "default")?.local;
  }
  return node.exported && nameOf(node.exported) === "default" ? "*" : undefined;
}

/** The same in a program, of which nothing is imported: all that counts is what it gives. */
export function exportInProgram(
  node: ReExport,
  { url, given }: { readonly url: string; readonly given: string | undefined },
): string {
  const local = defaultOf(node);
  if (local === undefined || given === undefined) return `import ${quote(url)};`;
  const clause = local === "*" ? `* as ${given}` : `{ ${exportName(local)} as ${given} }`;
  return `import ${clause} from ${quote(url)};`;
}

/** A literal of a text, in ASCII alone. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    // deno-lint-ignore no-control-regex
    /[^\x00-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function exportName(node: ExportSpecifier["local"]): string {
  return node.type === "Identifier" ? node.name : quote(nameOf(node));
}
