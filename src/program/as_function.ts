import type {
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  FunctionDeclaration,
  Identifier,
  ModuleDeclaration,
  Statement,
} from "acorn";
import { freeName } from "./free_name.ts";
import { blank } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";

/**
 * A program as the one function that its module exports: so the top level may `return`, and what it
 * throws while it waits stays the error that it is. What the program exports by default becomes what
 * the function returns; its lines and columns stay, one line further down.
 */
export function asFunction(text: string, { tree }: ProgramModule): string {
  const value = freeName("$exported__", text);
  const ends: string[] = [];
  let js = text;
  // From the last to the first, because what is put in moves what follows.
  for (const node of tree.body.toReversed()) js = withoutExport(js, node);
  return `export default async () => { let ${value};\n${js}\n${
    ends.join("")
  } return ${value}; } //`;

  function withoutExport(js: string, node: Statement | ModuleDeclaration): string {
    if (node.type === "ExportDefaultDeclaration") return withoutDefault(js, node);
    if (node.type !== "ExportNamedDeclaration" || node.source) return js;
    return node.declaration
      ? blank(js, { start: node.start, end: node.declaration.start })
      : withoutList(js, node);
  }

  function withoutDefault(js: string, { start, declaration }: ExportDefaultDeclaration): string {
    const { type, end } = declaration;
    const named = type === "FunctionDeclaration" || type === "ClassDeclaration"
      ? (declaration as FunctionDeclaration).id?.name
      : undefined;
    if (named !== undefined) {
      ends.push(`${value} = ${named};`);
      return blank(js, { start, end: declaration.start });
    }
    // Anonymous ones need the semicolon that a declaration does without.
    return js.slice(0, start) + overwrite(js.slice(start, declaration.start), `${value} =`) +
      js.slice(declaration.start, end) + ";" + js.slice(end);
  }

  function withoutList(js: string, node: ExportNamedDeclaration): string {
    for (const { local, exported } of node.specifiers) {
      const isDefault = ((exported as Identifier).name ?? exported) === "default";
      if (isDefault) ends.push(`${value} = ${(local as Identifier).name};`);
    }
    return blank(js, node);
  }
}

/** Puts `text` in the place of what is there, without moving what follows. */
function overwrite(stretch: string, text: string): string {
  const blanks = blank(stretch, { start: 0, end: stretch.length });
  const firstLine = blanks.search(/[^ ]|$/);
  return text + blanks.slice(Math.min(firstLine, text.length));
}
