import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/program_module.ts";
import type { FileUse } from "../risk.ts";
import { type Constants, foldText } from "./fold_text.ts";
import { nameOf } from "./name_of.ts";
import { readConstants } from "./tricks/read_constants.ts";
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
export function fileUses({ tree }: ProgramModule): FileUse[] {
  const constants = readConstants(tree);
  const names = new Map<string, string>();
  const files: FileUse[] = [];
  walkTree(tree, ({ node }) => readNames(node, { constants, names }));
  walkTree(tree, (place) => {
    const { node } = place;
    if (node.type === "Identifier" && node.name === "Deno" && isPassedOn(place)) {
      files.push({ use: "writes", path: null });
    }
    if (node.type !== "CallExpression") return;
    const called = nameOfCallee(node.callee, { constants, names })?.replace(/Sync$/, "");
    const uses = called !== undefined && Object.hasOwn(USES, called) ? USES[called]! : [];
    uses.forEach((use, index) => {
      const argument = node.arguments[index];
      files.push({ use, path: argument && foldText(argument, constants) || null });
    });
  });
  return files;
}

interface KnownNames {
  readonly constants: Constants;
  /** Functions of files by the names that the module has for them; "*" for all of them. */
  readonly names: Map<string, string>;
}

/** Reads `import { saveJson as s }`, `import * as a`, `const { remove: r } = Deno` and `const r = Deno.remove`. */
function readNames(node: AnyNode, { constants, names }: KnownNames): void {
  if (node.type === "ImportDeclaration" && node.source.value === "airlock") {
    for (const specifier of node.specifiers) {
      const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : "*";
      names.set(specifier.local.name, name);
    }
  }
  if (node.type !== "VariableDeclarator" || !node.init) return;
  const { id, init } = node;
  if (id.type === "Identifier" && init.type === "MemberExpression" && isDeno(init.object)) {
    names.set(id.name, propertyOf(init, constants) ?? "*");
  }
  if (id.type === "Identifier" && isDeno(init)) names.set(id.name, "*");
  if (id.type !== "ObjectPattern" || !isDeno(init)) return;
  for (const property of id.properties) {
    if (property.type !== "Property" || property.value.type !== "Identifier") continue;
    names.set(property.value.name, nameOf(property.key));
  }
}

/** What `Deno` may be used for by whoever is given it, nobody can tell. */
function isPassedOn({ parent }: Place): boolean {
  const around = parent?.node;
  if (around?.type === "MemberExpression" || around?.type === "VariableDeclarator") return false;
  return around?.type !== "UnaryExpression";
}

function nameOfCallee(callee: Node, known: KnownNames): string | undefined {
  const node = callee as AnyNode;
  if (node.type === "ChainExpression") return nameOfCallee(node.expression, known);
  if (node.type === "Identifier") return known.names.get(node.name);
  if (node.type !== "MemberExpression") return undefined;
  const { object } = node;
  const isOfFiles = isDeno(object) ||
    object.type === "Identifier" && known.names.get(object.name) === "*";
  return isOfFiles ? propertyOf(node, known.constants) : undefined;
}

/** `Deno`, `globalThis.Deno` and their kind. */
function isDeno(node: Node): boolean {
  const known = node as AnyNode;
  if (known.type === "Identifier") return known.name === "Deno";
  return known.type === "MemberExpression" && known.property.type === "Identifier" &&
    known.property.name === "Deno";
}

/** `.remove`, `["remove"]` and `["re" + "move"]`. */
function propertyOf(
  { computed, property }: Extract<AnyNode, { type: "MemberExpression" }>,
  constants: Constants,
): string | undefined {
  if (computed) return foldText(property, constants);
  return property.type === "Identifier" ? property.name : undefined;
}
