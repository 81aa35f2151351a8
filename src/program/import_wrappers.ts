import type { ImportTarget } from "./import_target.ts";
import type { ProgramModule } from "./program_module.ts";
import type { ModuleImport } from "./read_imports.ts";
import { refusedImport } from "./refused_import.ts";
import { nearNames, suggestNames } from "./suggest_names.ts";
import { usedNames } from "./used_names.ts";
import type { Wrapper, WrapperLookups } from "./wrappers.ts";

/** A server's folder, or one file of it. */
export type ServerTarget = Extract<ImportTarget, { readonly folder: string }>;

/** Options of {@linkcode importWrappers}. */
export interface ImportWrappersOptions {
  /** What the import is of. */
  readonly target: ServerTarget;
  readonly module: ProgramModule;
  readonly wrappers: WrapperLookups;
}

/**
 * The wrappers that an import of a server, or of one of its tools, is of.
 *
 * @throws {AirlockError} IMPORT_REFUSED, with the position
 */
export async function importWrappers(
  item: ModuleImport,
  { target, module, wrappers }: ImportWrappersOptions,
): Promise<readonly Wrapper[]> {
  const all = await wrappers.inFolder(target.folder);
  if (all === undefined) {
    const hint = await suggestServer(target, wrappers);
    throw refusedImport(item, { module, reason: "there is no such server", hint });
  }
  if (target.kind === "tool") {
    const reason = "the server has no such tool";
    return [findBy("file", target.file, { all, refuse: { item, module, reason } })];
  }
  return usedNames(item, module)?.map((name) => {
    const reason = `it does not export "${name}"`;
    return findBy("exportName", name, { all, refuse: { item, module, reason } });
  }) ?? all;
}

interface FindByOptions {
  readonly all: readonly Wrapper[];
  /** What is thrown where there is none. */
  readonly refuse: {
    readonly item: ModuleImport;
    readonly module: ProgramModule;
    readonly reason: string;
  };
}

function findBy(
  key: "file" | "exportName",
  name: string,
  { all, refuse: { item, module, reason } }: FindByOptions,
): Wrapper {
  const found = all.find((wrapper) => wrapper[key] === name);
  if (found) return found;
  const hint = suggestNames(name, all.map((wrapper) => wrapper[key]));
  throw refusedImport(item, { module, reason, hint });
}

/** What is near to the server's name; the tool too, where that server has it. */
async function suggestServer(target: ServerTarget, wrappers: WrapperLookups): Promise<string> {
  const folders = await wrappers.folders();
  const [folder] = nearNames(target.folder, folders);
  if (folder !== undefined && target.kind === "tool") {
    const all = await wrappers.inFolder(folder).catch(() => undefined);
    const [file] = nearNames(target.file, (all ?? []).map((wrapper) => wrapper.file));
    if (file !== undefined) return `Did you mean "./servers/${folder}/${file}.ts"?`;
  }
  return suggestNames(target.folder, folders);
}
