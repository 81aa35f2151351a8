import {
  defaultOf,
  exportInProgram,
  freeName,
  functionEdits,
  importStatement,
  type LinkedNames,
  moduleFile,
  quote,
  reExportStatement,
  serverFile,
} from "./linked_code.ts";
import type {
  ImportTarget,
  LinkedFile,
  LinkedProgram,
  Program,
  ProgramModule,
  ReExport,
} from "./program.ts";
import type { Wrapper, WrapperLookups } from "./wrappers.ts";
import { judgeLinked } from "./judge_linked.ts";
import { applyEdits, overwrite, type TextEdit } from "./text_edits.ts";

interface LinkProgramOptions {
  readonly wrappers: WrapperLookups;
  /** URL of the guest's folder, with a slash at its end. */
  readonly guestUrl: string;
}

/**
 * Makes the files that a worker imports: every specifier becomes a URL, and every `import()` asks a
 * table of what the program may load. All that is added stands in the first line or after the last,
 * so that the lines between are the program's own, one further down.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX
 */
export async function linkProgram(
  program: Program,
  options: LinkProgramOptions,
): Promise<LinkedProgram> {
  const indexes = await Promise.all(
    [...program.wrappers].map(([folder, used]) => linkServer(folder, { used, ...options })),
  );
  const modules = await Promise.all(
    program.modules.map((module) => linkModule(module, { program, ...options })),
  );
  const { map } = program.modules[0]!;
  return { files: [...modules, ...indexes], positions: { linesAbove: 1, map } };
}

/** One module for all wrappers of a server that the program uses. */
async function linkServer(
  folder: string,
  { used, wrappers }: { used: readonly Wrapper[]; wrappers: WrapperLookups },
): Promise<LinkedFile> {
  const lines = used.map(async (wrapper) =>
    `export { ${wrapper.exportName} } from ${quote(await wrappers.moduleUrl(wrapper))};`
  );
  return { path: serverFile(folder), js: (await Promise.all(lines)).join("\n") };
}

interface LinkModuleOptions {
  /** The program that the module is of. */
  readonly program: Program;
  readonly wrappers: WrapperLookups;
  /** URL of the guest's folder, with a slash at its end. */
  readonly guestUrl: string;
}

/**
 * Makes the file of one module, its imports leading to files that a worker has. What is put in is
 * made from the tree and stands in the first line, in the place of a few words, or in the last lines;
 * all else are the module's own tokens where they stood. The file is then judged like any program.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX where the file is not what it must be
 */
async function linkModule(
  module: ProgramModule,
  options: LinkModuleOptions,
): Promise<LinkedFile> {
  const urls = await Promise.all(module.imports.map(({ target }) => urlOf(target, options)));
  const names = namesOf(module);
  const { statements, table, edits } = linkImports(module, { urls, names });
  const { guestUrl } = options;
  if (names.usesLoader) statements.push(...loaderStatements(names, { table, guestUrl }));
  if (names.usesMeta) statements.push(metaStatement(names.meta, module));
  const isSkill = module.skill !== undefined;
  const asFunction = isSkill ? undefined : functionEdits(module, names.value);
  const body = applyEdits(module.js, [...edits, ...asFunction?.edits ?? []]);
  const head = statements.join(" ");
  const js = asFunction === undefined
    ? `${head}\n${body}\n//`
    : `${head} export default async () => { let ${names.value};\n${body}\n` +
      `${[...asFunction.ends, ...givenOf(names)].join(" ")} return ${names.value}; } //`;
  judgeLinked(js, {
    module,
    names,
    imports: [
      ...module.imports.flatMap(({ form }, at) => form === "call" ? [] : [urls[at]!]),
      ...(names.usesLoader ? [loaderUrl(guestUrl)] : []),
    ],
    loads: names.usesLoader ? Object.values(table) : [],
  });
  return { path: moduleFile(module.skill), js };
}

function namesOf({ facts, imports, computed, skill }: ProgramModule): LinkedNames {
  const taken = facts.words;
  const isGiven = skill === undefined &&
    imports.some(({ form, node }) => form === "export" && defaultOf(node as ReExport));
  return {
    // Of the length of the words whose places they take.
    loader: freeName("$load_", taken),
    meta: freeName("$importMeta", taken),
    makeLoader: freeName("$makeLoader_", taken),
    value: freeName("$exported__", taken),
    given: isGiven ? freeName("$given_", taken) : undefined,
    usesLoader: computed.length > 0 || imports.some(({ form }) => form === "call"),
    usesMeta: facts.metas.length > 0,
  };
}

/** The statements of a module's imports, what `import()` may load, and the edits of its text. */
function linkImports(
  { js, imports, computed, facts, skill }: ProgramModule,
  { urls, names }: { urls: readonly string[]; names: LinkedNames },
) {
  const statements: string[] = [];
  const table: Record<string, string> = {};
  const edits: TextEdit[] = [];
  const load = ({ start }: { start: number }) =>
    edits.push({ start, end: start + "import".length, text: names.loader });
  for (const [at, { form, node, target }] of imports.entries()) {
    const url = urls[at]!;
    table[keyOf(target)] = url;
    if (form === "call") load(node);
    else {
      edits.push(overwrite(js, node, ";"));
      statements.push(
        form === "import"
          ? importStatement(node, { url, names: facts.names })
          : skill === undefined
          ? exportInProgram(node as ReExport, { url, given: names.given })
          : reExportStatement(node as ReExport, url),
      );
    }
  }
  for (const node of computed) load(node);
  for (const node of facts.metas) edits.push(overwrite(js, node, names.meta));
  return { statements, table, edits };
}

function givenOf({ value, given }: LinkedNames): string[] {
  return given === undefined ? [] : [`${value} = ${given};`];
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
      return `${guestUrl}${fileOfNode(target.module)}.js`;
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

function fileOfNode(module: string): string {
  return module === "path/posix" ? "path" : module.replace("/", "_");
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

function loaderUrl(guestUrl: string): string {
  return `${guestUrl}load_module.js`;
}

function loaderStatements(
  { loader, makeLoader }: LinkedNames,
  { table, guestUrl }: { table: Record<string, string>; guestUrl: string },
): string[] {
  const urls = Object.entries(table)
    .map(([key, url]) => `[${quote(key)}]: () => import(${quote(url)})`);
  return [
    `import { createLoader as ${makeLoader} } from ${quote(loaderUrl(guestUrl))};`,
    `const ${loader} = ${makeLoader}({ ${urls.join(", ")} });`,
  ];
}

/** What a module may know of itself: nothing of the host, so not where its file is. */
function metaStatement(name: string, { skill }: ProgramModule): string {
  const url = skill === undefined ? "file:///program.ts" : `file:///skills/${skill}.ts`;
  return `const ${name} = { __proto__: null, url: ${quote(url)}, main: ${skill === undefined} };`;
}
