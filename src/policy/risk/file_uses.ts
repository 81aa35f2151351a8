import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/program_module.ts";
import type { FileUse } from "../risk.ts";
import type { Meanings } from "./meaning/meanings.ts";
import { nameOf } from "./name_of.ts";
import { findBinding, type Scope, type Scopes } from "./scopes.ts";
import { type Place, walkTree } from "./walk_tree.ts";

/** What the files' functions do with each of their first arguments, without the "Sync" of their names. */
const USES: Readonly<Record<string, readonly FileUse["use"][]>> = {
  readTextFile: ["reads"],
  readFile: ["reads"],
  readDir: ["reads"],
  stat: ["reads"],
  lstat: ["reads"],
  writeTextFile: ["writes"],
  writeFile: ["writes"],
  mkdir: ["writes"],
  truncate: ["writes"],
  create: ["writes"],
  open: ["writes"],
  remove: ["removes"],
  rename: ["removes", "writes"],
  copyFile: ["reads", "writes"],
  // Of the module "airlock".
  saveJson: ["writes"],
  saveCsv: ["writes"],
  writeLines: ["writes"],
  appendLines: ["writes"],
  loadJson: ["reads"],
  loadCsv: ["reads"],
  readCsv: ["reads"],
  readLines: ["reads"],
};

/** The files of the workspace that a module reads, writes or removes, as far as its text tells. */
export function fileUses(
  { tree }: ProgramModule,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): FileUse[] {
  const imported = readImported(tree);
  const files: FileUse[] = [];
  walkTree(tree, scopes, (place) => {
    const { node, scope } = place;
    if (isPassedOn(place, meanings)) files.push({ use: "writes", path: null });
    if (node.type !== "CallExpression") return;
    const { callee, args } = meanings.plainCall(node, scope);
    const name = functionOf(callee, { scope, meanings, imported })?.replace(/Sync$/, "");
    const uses = name !== undefined && Object.hasOwn(USES, name) ? USES[name]! : [];
    uses.forEach((use, index) => {
      const argument = args?.[index];
      const path = argument && meanings.textOf(argument, scope);
      files.push({ use, path: path ?? null });
    });
  });
  return files;
}

/** Functions of the module "airlock" by the names that a module has for them; "*" for all of them. */
function readImported(tree: Node): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of (tree as Extract<AnyNode, { type: "Program" }>).body) {
    if (node.type !== "ImportDeclaration" || node.source.value !== "airlock") continue;
    for (const specifier of node.specifiers) {
      const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "*";
      names.set(specifier.local.name, name);
    }
  }
  return names;
}

interface CalleeOptions {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly imported: ReadonlyMap<string, string>;
}

function functionOf(callee: Node, options: CalleeOptions): string | undefined {
  const { scope, meanings, imported } = options;
  const node = callee as AnyNode;
  const ofFiles = /^(?:(?:globalThis|self)\.)*Deno\.(\w+)$/.exec(
    meanings.nameOf(node, scope) ?? "",
  );
  if (ofFiles !== null) return ofFiles[1];
  if (node.type === "Identifier") return importedAs(node.name, { scope, imported });
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  const isAll = importedAs(node.object.name, { scope, imported }) === "*";
  return isAll ? meanings.keyOf(node, scope) : undefined;
}

/** A variable further in may have the name of an import. */
function importedAs(
  name: string,
  { scope, imported }: Pick<CalleeOptions, "scope" | "imported">,
): string | undefined {
  const binding = findBinding(name, scope);
  const isOwn = binding !== undefined && binding.assignments > 0;
  return isOwn ? undefined : imported.get(name);
}

/** What `Deno` may be used for by what is given it, nobody can tell. */
function isPassedOn({ node, parent, scope }: Place, meanings: Meanings): boolean {
  if (node.type !== "Identifier" || node.name !== "Deno") return false;
  if (meanings.nameOf(node, scope) !== "Deno") return false;
  const around = parent?.node;
  return around?.type === "CallExpression" || around?.type === "NewExpression" ||
    around?.type === "ArrayExpression" || around?.type === "ReturnStatement" ||
    around?.type === "SpreadElement" || around?.type === "ArrowFunctionExpression" ||
    around?.type === "Property";
}
