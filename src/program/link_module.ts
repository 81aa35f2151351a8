import type {
  ExportAllDeclaration,
  ExportNamedDeclaration,
  ImportDeclaration,
  ImportSpecifier,
  Literal,
} from "acorn";
import { asFunction } from "./as_function.ts";
import { freeName } from "./free_name.ts";
import type { ImportTarget } from "./import_target.ts";
import { type LinkedFile, moduleFile, serverFile } from "./linked_files.ts";
import { blank } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";
import type { Program } from "./read_program.ts";
import { isUsed } from "./used_names.ts";
import type { Wrappers } from "./wrappers.ts";

/** Options of {@linkcode linkModule}. */
export interface LinkModuleOptions {
  /** The program that the module is of. */
  readonly program: Program;
  readonly wrappers: Wrappers;
  /** URL of the guest's folder, with a slash at its end. */
  readonly guestUrl: string;
}

/** Makes the file of one module, its imports leading to files that a worker has. */
export async function linkModule(
  module: ProgramModule,
  options: LinkModuleOptions,
): Promise<LinkedFile> {
  const imports: string[] = [];
  const table: Record<string, string> = {};
  let js = module.js;
  for (const item of module.imports) {
    const url = await urlOf(item.target, options);
    table[keyOf(item.target)] = url;
    if (item.form === "import") {
      imports.push(importStatement(item.node, { url, module }));
      js = blank(js, item.node);
    } else if (item.form === "export") {
      imports.push(reExport(item.node, { url, js }));
      js = blank(js, item.node);
    }
  }
  const calls = [
    ...module.imports.flatMap(({ form, node }) => form === "call" ? [node] : []),
    ...module.computed,
  ];
  const loader = freeName("$load_", module.js);
  for (const { start } of calls) {
    js = js.slice(0, start) + loader + js.slice(start + "import".length);
  }
  if (calls.length > 0) {
    imports.push(loaderStatement(loader, { table, guestUrl: options.guestUrl }));
  }
  const head = imports.join(" ").replaceAll(/[\r\n\u2028\u2029]/g, " ");
  return {
    path: moduleFile(module.skill),
    // The last line is ours: the runtime looks for a source map in it.
    js: module.skill === undefined ? `${head} ${asFunction(js, module)}` : `${head}\n${js}\n//`,
  };
}

async function urlOf(
  target: ImportTarget,
  { program, wrappers, guestUrl }: LinkModuleOptions,
): Promise<string> {
  switch (target.kind) {
    case "airlock":
      return `${guestUrl}airlock.js`;
    case "node":
      // Our own: a module of the runtime's would be loaded into what the program has made of it.
      return `${guestUrl}${target.module.replace(/\/.*/, "")}.js`;
    case "skill":
      return `./${moduleFile(target.name)}`;
    case "server":
      return `./${serverFile(target.folder)}`;
    case "tool": {
      const all = program.wrappers.get(target.folder) ?? [];
      return await wrappers.moduleUrl(all.find(({ file }) => file === target.file)!);
    }
  }
}

/** What the guest's loader looks a specifier up by. */
function keyOf(target: ImportTarget): string {
  switch (target.kind) {
    case "airlock":
      return "airlock";
    case "node":
      return `node:${target.module}`;
    case "skill":
      return `skills/${target.name}`;
    case "server":
      return `servers/${target.folder}`;
    case "tool":
      return `servers/${target.folder}/${target.file}`;
  }
}

/** The import again, without the names of types: those are gone from what is imported. */
function importStatement(
  node: ImportDeclaration,
  { url, module }: { url: string; module: ProgramModule },
): string {
  const from = JSON.stringify(url);
  const named: string[] = [];
  const whole: string[] = [];
  for (const specifier of node.specifiers) {
    const local = specifier.local.name;
    if (specifier.type === "ImportNamespaceSpecifier") whole.push(`* as ${local}`);
    else if (specifier.type === "ImportDefaultSpecifier") whole.unshift(local);
    else if (isUsed(local, module.tree)) named.push(`${importedName(specifier)} as ${local}`);
  }
  const clauses = named.length > 0 ? [...whole, `{ ${named.join(", ")} }`] : whole;
  return clauses.length > 0 ? `import ${clauses.join(", ")} from ${from};` : `import ${from};`;
}

function importedName({ imported }: ImportSpecifier): string {
  return imported.type === "Identifier" ? imported.name : JSON.stringify(imported.value);
}

function reExport(
  node: ExportNamedDeclaration | ExportAllDeclaration,
  { url, js }: { url: string; js: string },
): string {
  const source = node.source as Literal;
  return js.slice(node.start, source.start) + JSON.stringify(url) + ";";
}

function loaderStatement(
  name: string,
  { table, guestUrl }: { table: Record<string, string>; guestUrl: string },
): string {
  const urls = Object.entries(table).map(([key, url]) =>
    `${JSON.stringify(key)}: () => import(${JSON.stringify(url)})`
  );
  const from = JSON.stringify(`${guestUrl}load_module.js`);
  return `import { createLoader as ${name}make } from ${from}; ` +
    `const ${name} = ${name}make({ ${urls.join(", ")} });`;
}
