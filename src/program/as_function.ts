import type {
  AnyNode,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  FunctionDeclaration,
} from "acorn";
import type { ParsedModule } from "./parse_module.ts";
import { overwrite, type TextEdit } from "./text_edits.ts";

/** How a module's exports become what a function returns. */
export interface FunctionEdits {
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

/** A name, or a text in its place. */
export function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value?: unknown }).value);
}
