import type { ModuleDeclaration, Statement } from "acorn";
import { AirlockError } from "../model/errors.ts";
import { startOfExported } from "./linked_code.ts";
import { parseModule, withoutFence } from "./parse_module.ts";
import type { ParsedModule } from "./program.ts";
import type { Stripper } from "./strip_types.ts";
import { applyEdits, type TextEdit } from "./text_edits.ts";

type TopStatement = Statement | ModuleDeclaration;

/**
 * A program as a module that others import. One that only declares, and exports a function, is that
 * already. Any other does its work at the top: its imports stay there, and the rest becomes the body
 * of `export async function run()`, which returns what the program returned or exported by default.
 *
 * @throws {AirlockError} REQUEST_INVALID where it cannot be made one
 */
export async function asModule(code: string, stripper: Stripper): Promise<string> {
  const source = withoutFence(code);
  const module = await parseModule(source, stripper);
  if (isModule(module)) return source;
  const { stripped, js, tree } = module;
  // What TypeScript makes code of is not where it stands.
  if (stripped.length !== source.length) throw refused("its types are more than types");
  const imports = [
    ...tree.body.filter(({ type }) => type === "ImportDeclaration"),
    ...typesOnly(importedTypes(source), stripped),
  ];
  const changes = [
    ...imports.map(({ start, end }) => ({ start, end, text: "" })),
    ...typesOnly(exportedTypes(source), stripped).map((place) => ({ ...place, text: "" })),
    ...tree.body.flatMap((node, at) => withoutExport(node, js, at === tree.body.length - 1)),
    ...source.startsWith("#!")
      ? [{ start: 0, end: source.search(/[\r\n\u2028\u2029]|$/), text: "" }]
      : [],
  ];
  const head = imports.map(({ start, end }) => source.slice(start, end).trim());
  const body = applyEdits(source, changes).replace(/^\s*\n/, "").trimEnd();
  return [...head, "", `export async function ${freeOf(module)}() {`, body, "}", ""].join("\n")
    .trimStart();
}

/** A stretch of a text. */
interface Place {
  readonly start: number;
  readonly end: number;
}

const IMPORTED_TYPE = /^[ \t]*import[ \t]+type\b/gm;
const ENDS = /[;"']/g;
const SPECIFIER = /["'][^"'\n]*["'];?/y;
const EXPORTED_TYPE = /(?<=^[ \t]*)export[ \t]+(?=(?:declare[ \t]+)?(?:type|interface)\b)/gm;

/** Where a text may import types alone. */
function importedTypes(source: string): Place[] {
  const places: Place[] = [];
  let stop = -1;
  for (const { index: start, 0: { length } } of source.matchAll(IMPORTED_TYPE)) {
    // The next of a few letters is looked for once, however many statements have none of their own.
    if (stop < start + length) {
      ENDS.lastIndex = start + length;
      stop = ENDS.exec(source)?.index ?? source.length;
    }
    SPECIFIER.lastIndex = stop;
    if (SPECIFIER.test(source)) places.push({ start, end: SPECIFIER.lastIndex });
  }
  // Where one has no end of its own, it takes that of the next.
  return places.filter(({ end }, at) => end !== places[at + 1]?.end);
}

function exportedTypes(source: string): Place[] {
  return source.matchAll(EXPORTED_TYPE)
    .map(({ index, 0: { length } }) => ({ start: index, end: index + length })).toArray();
}

/** Those places of which nothing is in the JavaScript. */
function typesOnly(places: readonly Place[], stripped: string): Place[] {
  return places.filter(({ start, end }) => stripped.slice(start, end).trim() === "");
}

function isModule({ tree, facts: { waits, returns } }: ParsedModule): boolean {
  return tree.body.every(isDeclaration) && !waits && returns.length === 0 &&
    tree.body.some((node) => exportsFunction(node, tree.body));
}

function isDeclaration(node: TopStatement): boolean {
  if (node.type === "ExportDefaultDeclaration") return isFunction(node.declaration);
  return node.type.startsWith("Export") || node.type === "ImportDeclaration" ||
    node.type === "EmptyStatement" || node.type.endsWith("Declaration");
}

function exportsFunction(node: TopStatement, body: readonly TopStatement[]): boolean {
  if (node.type === "ExportAllDeclaration") return true;
  if (node.type === "ExportDefaultDeclaration") return isFunction(node.declaration);
  if (node.type !== "ExportNamedDeclaration") return false;
  if (node.source) return true;
  if (node.declaration) return functionsOf(node.declaration).length > 0;
  const names = new Set(body.flatMap((other) => functionsOf(other)));
  return node.specifiers.some(({ local }) => local.type === "Identifier" && names.has(local.name));
}

/** The names of functions and classes that a statement declares. */
function functionsOf(node: TopStatement): string[] {
  if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    return node.id ? [node.id.name] : [];
  }
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init }) =>
    id.type === "Identifier" && init && isFunction(init) ? [id.name] : []
  );
}

function isFunction({ type }: { readonly type: string }): boolean {
  return type.includes("Function") || type.startsWith("Class");
}

function withoutExport(node: TopStatement, js: string, isLast: boolean): TextEdit[] {
  if (node.type === "ExportAllDeclaration") throw refused("it exports what is another module's");
  if (node.type === "ExportDefaultDeclaration") {
    const { start, declaration } = node;
    if (!isLast || declaration.type.endsWith("Declaration")) {
      throw refused("what it exports by default is not the last that it does");
    }
    return [{ start, end: startOfExported(js, start), text: "return " }];
  }
  if (node.type !== "ExportNamedDeclaration") return [];
  if (node.source) throw refused("it exports what is another module's");
  const { start, end, declaration } = node;
  return [{ start, end: declaration ? declaration.start : end, text: "" }];
}

/** A name that no import has. */
function freeOf({ tree }: ParsedModule): string {
  const taken = new Set(
    tree.body.flatMap((node) =>
      node.type === "ImportDeclaration" ? node.specifiers.map(({ local }) => local.name) : []
    ),
  );
  const free = ["run", "runSkill", "runProgram"].find((name) => !taken.has(name));
  if (free === undefined) throw refused("it imports what a skill exports");
  return free;
}

function refused(reason: string): AirlockError {
  return new AirlockError("REQUEST_INVALID", `Cannot make program a skill: ${reason}`, {
    hint: "Save a module of your own instead, by its code",
  });
}
