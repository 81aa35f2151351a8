import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import type { FileUse } from "../../model/risk.ts";
import { type Meanings, plainName } from "./meanings.ts";
import { nameOf } from "../../program/tree_facts.ts";
import { findBinding, type Place, type Scope, type Scopes, walkTree } from "./scopes.ts";

/** The files of the workspace that a module reads, writes or removes, as far as its text tells. */
export function fileUses(
  { tree }: ProgramModule,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): FileUse[] {
  const imported = readImportedFiles(tree);
  const files: FileUse[] = [];
  const called = new Set<Node>();
  walkTree(tree, scopes, (place) => {
    const { node, scope } = place;
    const context = { scope, meanings, imported };
    if (node.type === "CallExpression") {
      const { callee, args } = meanings.plainCall(node, scope);
      const written = withoutParts(callee as AnyNode);
      called.add(written);
      const name = fileFunctionOf(written, context);
      usesOf(name).forEach((use, index) => {
        const argument = name === UNKNOWN_FUNCTION ? undefined : args?.[index];
        const path = argument && meanings.textOf(argument, scope);
        files.push({ use, path: path ?? null });
      });
    } else if (!called.has(node)) {
      // Who else has it may call it with anything.
      for (const use of usesOf(handedOn(place, context))) files.push({ use, path: null });
    }
  });
  return files;
}

/** `(0, f)` and `f?.` are `f`. */
function withoutParts(callee: AnyNode): AnyNode {
  let node = callee;
  for (;;) {
    if (node.type === "ChainExpression") node = node.expression as AnyNode;
    else if (node.type === "SequenceExpression") node = node.expressions.at(-1) as AnyNode;
    else return node;
  }
}

/** The files' function that stands where a value does, and is not called there. */
function handedOn(place: Place, context: FileFunctionContext): string | undefined {
  const { node } = place;
  switch (node.type) {
    case "Identifier":
    case "MemberExpression":
      return isValue(place, context) ? fileFunctionOf(node, context) : undefined;
    case "ImportExpression":
      return context.meanings.textOf(node.source, context.scope) === "airlock" ? "*" : undefined;
    case "ExportAllDeclaration":
      return node.source.value === "airlock" ? "*" : undefined;
    case "ExportSpecifier": {
      const outer = place.parent?.node;
      const isOfAirlock = outer?.type === "ExportNamedDeclaration" &&
        outer.source?.value === "airlock";
      return isOfAirlock ? nameOf(node.local) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether what stands there is used in a way that the text does not tell. */
function isValue({ node, parent }: Place, context: FileFunctionContext): boolean {
  const outer = parent?.node;
  switch (outer?.type) {
    case "MemberExpression":
      if (outer.object !== node) return outer.computed;
      // What is taken out of it is looked at by itself; of a function itself there is nothing.
      return fileFunctionOf(node as AnyNode, context) !== "*" && !isOfFunction(outer);
    case "VariableDeclarator":
      return outer.init === node && !isFollowed(outer.id as AnyNode, context);
    case "AssignmentExpression":
      return outer.right === node && !isFollowed(outer.left as AnyNode, context);
    case "Property":
      if (parent!.parent?.node.type === "ObjectPattern") {
        return outer.computed && outer.key === node;
      }
      return outer.computed || outer.key !== node;
    case "MethodDefinition":
    case "PropertyDefinition":
      return outer.value === node || outer.computed;
    case "AssignmentPattern":
      return outer.right === node;
    case "UnaryExpression":
    case "BinaryExpression":
    case "ExpressionStatement":
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return false;
    default:
      return true;
  }
}

/** `f.name` and `f.length` tell of a function, and do nothing with it. */
function isOfFunction({ property, computed }: Extract<AnyNode, { type: "MemberExpression" }>) {
  const key = property as AnyNode;
  return !computed && key.type === "Identifier" && /^(name|length)$/.test(key.name);
}

/** Whether all that is given a value there is known by its name from there on. */
function isFollowed(target: AnyNode, context: FileFunctionContext): boolean {
  const { scope, meanings } = context;
  if (target.type === "Identifier") return fileFunctionOf(target, context) !== undefined;
  return target.type === "ObjectPattern" &&
    target.properties.every((property) =>
      property.type === "Property" && property.value.type === "Identifier" &&
      meanings.nameOf(property.value, scope) !== undefined
    );
}

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

/** A member of the files' functions by an unknown name. */
const UNKNOWN_FUNCTION = "[…]";

/** What tells which names stand for files' functions. */
interface FileFunctionContext {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly imported: ReadonlyMap<string, string>;
}

/**
 * The file function that an expression is; "*" for the object that holds them, "[…]" for its member by
 * an unknown name.
 */
function fileFunctionOf(node: AnyNode, context: FileFunctionContext): string | undefined {
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

/** Uses of a file function; an unknown function may write any file. */
function usesOf(name: string | undefined): readonly FileUse["use"][] {
  const base = name?.replace(/Sync$/, "");
  if (base === undefined) return [];
  if (base === "*" || base === UNKNOWN_FUNCTION) return ["writes"];
  return Object.hasOwn(USES, base) ? USES[base]! : [];
}

function known(name: string): string | undefined {
  return usesOf(name).length > 0 ? name : undefined;
}

/** Functions of the module "airlock" by the names that a module has for them; "*" for all of them. */
function readImportedFiles(tree: Node): ReadonlyMap<string, string> {
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
