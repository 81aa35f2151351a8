import type { ImportTarget } from "./import_target.ts";
import type { ProgramModule } from "./program_module.ts";
import type { ModuleImport } from "./read_imports.ts";
import { refusedImport } from "./refused_import.ts";
import { nearNames, suggestNames } from "./suggest_names.ts";
import { usedNames } from "./used_names.ts";
import type { Wrapper, WrapperLookups } from "./wrappers.ts";

/** A server's folder, or one file of it. */
export type ServerTarget = Extract<ImportTarget, { readonly folder: string }>;

/** Options of {@linkcode WrapperImports.of}. */
export interface ImportOptions {
  /** What the import is of. */
  readonly target: ServerTarget;
  readonly module: ProgramModule;
}

/** The wrappers of a folder by what imports name them by. */
interface Folder {
  readonly all: readonly Wrapper[];
  readonly file: ReadonlyMap<string, Wrapper>;
  readonly exportName: ReadonlyMap<string, Wrapper>;
}

/** Finds the wrappers that a program's imports are of; each folder is asked for once. */
export class WrapperImports {
  readonly #wrappers: WrapperLookups;
  readonly #folders = new Map<string, Promise<Folder | undefined>>();

  constructor(wrappers: WrapperLookups) {
    this.#wrappers = wrappers;
  }

  /**
   * The wrappers that an import of a server, or of one of its tools, is of.
   *
   * @throws {AirlockError} IMPORT_REFUSED, with the position
   */
  async of(item: ModuleImport, { target, module }: ImportOptions): Promise<readonly Wrapper[]> {
    const folder = await this.#folder(target.folder);
    if (folder === undefined) {
      const hint = await this.#suggestServer(target);
      throw refusedImport(item, { module, reason: "there is no such server", hint });
    }
    if (target.kind === "tool") {
      const reason = "the server has no such tool";
      return [findBy("file", target.file, { folder, refuse: { item, module, reason } })];
    }
    const names = usedNames(item, module.facts);
    if (names === undefined) return folder.all;
    return [...names].map((name) => {
      const reason = `it does not export "${name}"`;
      return findBy("exportName", name, { folder, refuse: { item, module, reason } });
    });
  }

  #folder(name: string): Promise<Folder | undefined> {
    let folder = this.#folders.get(name);
    if (folder === undefined) this.#folders.set(name, folder = this.#read(name));
    return folder;
  }

  async #read(name: string): Promise<Folder | undefined> {
    const all = await this.#wrappers.inFolder(name);
    return all && { all, file: indexBy("file", all), exportName: indexBy("exportName", all) };
  }

  /** What is near to the server's name; the tool too, where that server has it. */
  async #suggestServer(target: ServerTarget): Promise<string> {
    const folders = await this.#wrappers.folders();
    const [folder] = nearNames(target.folder, folders);
    if (folder !== undefined && target.kind === "tool") {
      const near = await this.#folder(folder).catch(() => undefined);
      const [file] = nearNames(target.file, [...near?.file.keys() ?? []]);
      if (file !== undefined) return `Did you mean "./servers/${folder}/${file}.ts"?`;
    }
    return suggestNames(target.folder, folders);
  }
}

function indexBy(
  key: "file" | "exportName",
  all: readonly Wrapper[],
): ReadonlyMap<string, Wrapper> {
  // Of two with one name, the first counts.
  return new Map(all.toReversed().map((wrapper) => [wrapper[key], wrapper]));
}

interface FindByOptions {
  readonly folder: Folder;
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
  { folder, refuse: { item, module, reason } }: FindByOptions,
): Wrapper {
  const found = folder[key].get(name);
  if (found) return found;
  const hint = suggestNames(name, folder.all.map((wrapper) => wrapper[key]));
  throw refusedImport(item, { module, reason, hint });
}
