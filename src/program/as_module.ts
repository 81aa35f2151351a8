import type { ModuleDeclaration, Program, Statement } from "acorn";
import { recursive } from "acorn-walk";
import { AirlockError } from "../errors.ts";
import { type ParsedModule, parseModule } from "./parse_module.ts";
import type { Stripper } from "./stripper.ts";

/** A stretch of a text, and what stands there instead. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type TopStatement = Statement | ModuleDeclaration;

/**
 * A program as a module that others import. One that only declares, and exports a function, is that
 * already. Any other does its work at the top: its imports stay there, and the rest becomes the body
 * of `export async function run()`, which returns what the program returned or exported by default.
 *
 * @throws {AirlockError} REQUEST_INVALID where it cannot be made one
 */
export async function asModule(source: string, stripper: Stripper): Promise<string> {
  const module = await parseModule(source, stripper);
  if (isModule(module)) return source;
  const { js, tree } = module;
  // What TypeScript makes code of is not where it stands.
  if (js.length !== source.length) throw refused("its types are more than types");
  const imports = [
    ...tree.body.filter(({ type }) => type === "ImportDeclaration"),
    ...typesOnly(source, js, IMPORTED_TYPE),
  ];
  const changes = [
    ...imports.map(({ start, end }) => ({ start, end, text: "" })),
    ...typesOnly(source, js, EXPORTED_TYPE).map((place) => ({ ...place, text: "" })),
    ...tree.body.flatMap((node, at) => withoutExport(node, at === tree.body.length - 1)),
  ];
  const head = imports.map(({ start, end }) => source.slice(start, end).trim());
  const body = change(source, changes).replace(/^\s*\n/, "").trimEnd();
  return [...head, "", `export async function ${freeOf(module)}() {`, body, "}", ""].join("\n")
    .trimStart();
}

const IMPORTED_TYPE = /^[ \t]*import[ \t]+type\b[^;"']*["'][^"'\n]*["'];?/gm;
const EXPORTED_TYPE = /(?<=^[ \t]*)export[ \t]+(?=(?:declare[ \t]+)?(?:type|interface)\b)/gm;

/** Where a form stands that is of types alone: nothing of it is in the JavaScript. */
function typesOnly(source: string, js: string, form: RegExp) {
  return source.matchAll(form).map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  })).filter(({ start, end }) => js.slice(start, end).trim() === "").toArray();
}

function isModule({ tree }: ParsedModule): boolean {
  return tree.body.every(isDeclaration) && !waitsOrReturns(tree) &&
    tree.body.some((node) => exportsFunction(node, tree.body));
}

function isDeclaration(node: TopStatement): boolean {
  if (node.type === "ExportDefaultDeclaration") return isFunction(node.declaration);
  return node.type.startsWith("Export") || node.type === "ImportDeclaration" ||
    node.type === "EmptyStatement" || node.type.endsWith("Declaration");
}

/** Outside of its functions. */
function waitsOrReturns(tree: Program): boolean {
  let found = false;
  const note = () => void (found = true);
  recursive(tree, undefined, { Function() {}, AwaitExpression: note, ReturnStatement: note });
  return found;
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

function withoutExport(node: TopStatement, isLast: boolean): Change[] {
  if (node.type === "ExportAllDeclaration") throw refused("it exports what is another module's");
  if (node.type === "ExportDefaultDeclaration") {
    const { start, declaration } = node;
    if (!isLast || declaration.type.endsWith("Declaration")) {
      throw refused("what it exports by default is not the last that it does");
    }
    return [{ start, end: declaration.start, text: "return " }];
  }
  if (node.type !== "ExportNamedDeclaration") return [];
  if (node.source) throw refused("it exports what is another module's");
  const { start, end, declaration } = node;
  return [{ start, end: declaration ? declaration.start : end, text: "" }];
}

function change(source: string, changes: readonly Change[]): string {
  let text = source;
  for (const { start, end, text: now } of changes.toSorted((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + now + text.slice(end);
  }
  return text;
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
