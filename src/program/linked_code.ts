import type {
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  ExportSpecifier,
  FunctionDeclaration,
  ImportDeclaration,
} from "acorn";
import { nameOf } from "./tree_facts.ts";
import type { ParsedModule, ReExport, TreeFacts } from "./program.ts";
import { overwrite, type TextEdit } from "./text_edits.ts";

/** The program's own file. */
const PROGRAM_FILE = "program.js";

/** The file of a module: the program's own, or a skill's. */
export function moduleFile(skill: string | undefined): string {
  return skill === undefined
    ? PROGRAM_FILE
    : `skill_${encodeURIComponent(skill.replace("@", ".v"))}.js`;
}

/** The file that has all wrappers of a server that a program uses. */
export function serverFile(folder: string): string {
  return `server_${encodeURIComponent(folder)}.js`;
}

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

/** The names that a module's file has beside the module's own. */
export interface LinkedNames {
  readonly loader: string;
  readonly makeLoader: string;
  readonly meta: string;
  readonly value: string;
  /** Of what a program exports by default that is another module's; absent where it is not. */
  readonly given: string | undefined;
  readonly usesLoader: boolean;
  readonly usesMeta: boolean;
}

/** How a module's exports become what a function returns. */
interface FunctionEdits {
  readonly edits: readonly TextEdit[];
  /** Statements that come behind all of the module's own code. */
  readonly ends: readonly string[];
}

/**
 * The edits that make a module's text the body of the one function that its file exports: so the top
 * level may `return`, and what it throws while it waits stays the error that it is. What it exports
 * by default becomes what the function returns, kept in the variable `value`. Whatever is taken out
 * leaves a semicolon, which ends the statement before it as the export did.
 */
export function functionEdits({ js, tree }: ParsedModule, value: string): FunctionEdits {
  const edits: TextEdit[] = [];
  const ends: string[] = [];
  for (const node of tree.body) {
    if (node.type === "ExportDefaultDeclaration") editDefault(node);
    if (node.type === "ExportNamedDeclaration" && !node.source) editNamed(node);
  }
  return { edits, ends };

  function editDefault({ start, declaration }: ExportDefaultDeclaration): void {
    const { type, end } = declaration;
    const isDeclaration = type === "FunctionDeclaration" || type === "ClassDeclaration";
    const name = isDeclaration ? (declaration as FunctionDeclaration).id?.name : undefined;
    if (name !== undefined) {
      edits.push(overwrite(js, { start, end: declaration.start }, ";"));
      ends.push(`${value} = ${name};`);
      return;
    }
    edits.push(overwrite(js, { start, end: endOfDefault(js, start) }, `;${value}=`));
    // An anonymous declaration needs the semicolon that it did without.
    if (isDeclaration) edits.push({ start: end, end, text: ";" });
  }

  function editNamed(node: ExportNamedDeclaration): void {
    const { start, end, declaration, specifiers } = node;
    edits.push(overwrite(js, { start, end: declaration ? declaration.start : end }, ";"));
    for (const { local, exported } of specifiers) {
      if (nameOf(exported) === "default") ends.push(`${value} = ${nameOf(local)};`);
    }
  }
}

/**
 * Where the words `export default` end in the text of a module's tokens, whose export begins at `start`:
 * what is exported may stand in parentheses, which are no part of its node.
 */
function endOfDefault(js: string, start: number): number {
  return js.indexOf("default", start) + "default".length;
}

/** Where the first token begins of what a module exports by default. */
export function startOfExported(js: string, start: number): number {
  const end = endOfDefault(js, start);
  return end + js.slice(end).search(/[^ \n]/);
}

/** A name of the same length as `name` that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let at = 0, free = name;; at++) {
    if (!taken.has(free)) return free;
    const end = at.toString(36);
    free = name.slice(0, Math.max(1, name.length - end.length)) + end;
  }
}
