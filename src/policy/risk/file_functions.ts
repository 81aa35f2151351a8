import type { AnyNode, Node } from "acorn";
import type { FileUse } from "../../model/risk.ts";
import { type Meanings, plainName } from "./meaning/meanings.ts";
import { nameOf } from "./name_of.ts";
import { findBinding, type Scope } from "./scopes.ts";

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
  saveSkill: ["writes"],
};

/** What is taken out of files' functions by a name that nobody knows. */
export const UNKNOWN_FUNCTION = "[…]";

/** What tells which names stand for files' functions. */
export interface FileFunctionContext {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly imported: ReadonlyMap<string, string>;
}

/**
 * The files' function that an expression is; "*" for the object that holds them, and "[…]" for what
 * is taken out of it by a name that nobody knows.
 */
export function fileFunctionOf(node: AnyNode, context: FileFunctionContext): string | undefined {
  const { scope, meanings, imported } = context;
  const global = plainName(meanings.nameOf(node, scope)) ?? "";
  if (global === "Deno") return "*";
  const ofDeno = /^Deno\.(\w+|\[…\])$/.exec(global);
  if (ofDeno !== null) return known(ofDeno[1]!);
  if (node.type === "Identifier") return importedAs(node.name, { scope, imported });
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  const isAll = importedAs(node.object.name, { scope, imported }) === "*";
  return isAll ? known(meanings.keyOf(node, scope) ?? UNKNOWN_FUNCTION) : undefined;
}

/** What a function does with files; what nobody knows may write any. */
export function usesOf(name: string | undefined): readonly FileUse["use"][] {
  const base = name?.replace(/Sync$/, "");
  if (base === undefined) return [];
  if (base === "*" || base === UNKNOWN_FUNCTION) return ["writes"];
  return Object.hasOwn(USES, base) ? USES[base]! : [];
}

function known(name: string): string | undefined {
  return usesOf(name).length > 0 ? name : undefined;
}

/** Functions of the module "airlock" by the names that a module has for them; "*" for all of them. */
export function readImportedFiles(tree: Node): ReadonlyMap<string, string> {
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

/** A variable further in may have the name of an import. */
function importedAs(
  name: string,
  { scope, imported }: Pick<FileFunctionContext, "scope" | "imported">,
): string | undefined {
  const binding = findBinding(name, scope);
  const isOwn = binding !== undefined && binding.assignments > 0;
  const original = isOwn ? undefined : imported.get(name);
  return original && known(original);
}
