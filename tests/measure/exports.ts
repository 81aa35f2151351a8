import { dirname, join, relative } from "@std/path";
import { nameOf, type Node, nodesOf, type Source } from "./syntax.ts";

/** The name under which a whole module is imported. */
const ALL = "*";

/** The names that a file exports. */
export function exportsOf({ tree }: Source): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = [];
  for (const node of tree.body as Node[]) {
    const line = node.loc.start.line;
    if (node.type === "ExportDefaultDeclaration") found.push({ name: "default", line });
    if (node.type !== "ExportNamedDeclaration") continue;
    for (const name of declaredNames(node.declaration as Node | null)) found.push({ name, line });
    for (const one of (node.specifiers ?? []) as Node[]) {
      found.push({ name: nameOf(one.exported), line });
    }
  }
  return found;
}

function declaredNames(node: Node | null | undefined): string[] {
  if (!node) return [];
  if (node.type !== "VariableDeclaration") return [nameOf(node.id)];
  return (node.declarations as Node[]).flatMap(({ id }) => patternNames(id as Node));
}

function patternNames(node: Node): string[] {
  if (node.type === "Identifier") return [nameOf(node)];
  return [...nodesOf(node)].filter(({ type }) => type === "Property")
    .map(({ value }) => nameOf(value));
}

/** What a file takes of others: each name with the file that it asks, relative to `src`. */
export function importsOf({ path, tree }: Source): { from: string; name: string }[] {
  const taken: { from: string; name: string }[] = [];
  const take = (source: unknown, names: readonly string[]) => {
    const specifier = nameOf(source);
    if (!specifier.startsWith(".")) return;
    const from = relative("src", join("src", dirname(path), specifier));
    for (const name of names) taken.push({ from, name });
  };
  for (const node of nodesOf(tree)) {
    if (node.type === "ImportDeclaration") {
      take(node.source, (node.specifiers as Node[]).map(importedName));
    } else if (node.type === "ExportNamedDeclaration" && node.source) {
      take(node.source, (node.specifiers as Node[]).map(({ local }) => nameOf(local)));
    } else if (node.type === "ExportAllDeclaration") {
      take(node.source, [ALL]);
    } else if (node.type === "ImportExpression") {
      take(node.source, [ALL]);
    } else if (node.type === "TSImportType") {
      take(node.argument, [ALL]);
    }
  }
  return taken;
}

function importedName({ type, imported }: Node): string {
  if (type === "ImportNamespaceSpecifier") return ALL;
  return type === "ImportDefaultSpecifier" ? "default" : nameOf(imported);
}

/** Modules that programs and wrappers import: what they export is for those. */
const FOR_PROGRAMS = /^guest\/(?:airlock\.ts|node\/)|^codegen\/client\.ts$/;

/**
 * The exports of `src` that neither another file of `src` nor `mod.ts` imports. Files without
 * importers are entries (commands, threads): what they export is for outside.
 */
export function unusedExports(sources: readonly Source[], mod: Source): string[] {
  const used = new Map<string, Set<string>>();
  for (const source of [...sources, mod]) {
    for (const { from, name } of importsOf(source)) {
      const names = used.get(from) ?? new Set();
      used.set(from, names.add(name));
    }
  }
  const unused: string[] = [];
  for (const source of sources) {
    const names = used.get(source.path);
    if (names === undefined || names.has(ALL) || FOR_PROGRAMS.test(source.path)) continue;
    for (const { name, line } of exportsOf(source)) {
      if (!names.has(name)) unused.push(`${source.path}:${line} ${name}`);
    }
  }
  return unused;
}
