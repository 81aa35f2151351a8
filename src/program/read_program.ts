import type { Capability } from "../model/tool.ts";
import { namedCalls, namedTools } from "./named_tools.ts";
import { parseModule } from "./parse_module.ts";
import type { ImportTarget, ModuleImport, Program, ProgramModule, TreeFacts } from "./program.ts";
import { readImports, refusedImport, RefusedImports } from "./read_imports.ts";
import type { Stripper } from "./strip_types.ts";
import { nearNames, suggestNames } from "./suggest_names.ts";
import type { Skills, Wrapper, WrapperLookups } from "./wrappers.ts";
import { sha256 } from "../text/sha256.ts";

interface ReadProgramOptions {
  readonly stripper: Stripper;
  readonly wrappers: WrapperLookups;
  readonly skills: Pick<Skills, "read" | "names">;
}

/** Skills import skills; more than so many in one program are refused, and more text of them. */
const MAX_MODULES = 100;
const MAX_SKILL_CHARS = 4 * 1024 * 1024;

/**
 * Reads a program and all that it imports, and derives what it may call.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, with the position
 */
export async function readProgram(code: string, options: ReadProgramOptions): Promise<Program> {
  const modules: ProgramModule[] = [];
  const texts: string[] = [];
  const skills = new Set<string>();
  let skillChars = 0;
  await addModule(code, undefined);
  const wrappers = new Map<string, Map<string, Wrapper>>();
  const imported = new WrapperImports(options.wrappers);
  const capabilities = new Map<string, Capability>();
  const refused = new RefusedImports();
  for (const module of modules) {
    for (const item of module.imports) await refused.during(() => addWrappers(item, module));
    refused.throw();
    for (const named of await namedTools(module, options.wrappers)) addCapability(named);
  }
  return {
    // JSON keeps the borders between the texts.
    hash: sha256(JSON.stringify(texts)),
    modules,
    wrappers: new Map(wrappers.entries().map(([folder, byFile]) => [folder, [...byFile.values()]])),
    capabilities: [...capabilities.values()],
  };

  async function addModule(text: string, skill: string | undefined): Promise<void> {
    const parsed = await parseModule(text, options.stripper);
    const read = { ...parsed, ...readImports(parsed), skill };
    const module = { ...read, named: namedCalls(read) };
    modules.push(module);
    texts.push(text);
    for (const item of module.imports) {
      if (item.target.kind === "skill") await addSkill(item.target.name, item, module);
    }
  }

  async function addSkill(name: string, item: ModuleImport, from: ProgramModule): Promise<void> {
    if (skills.has(name)) return;
    if (modules.length >= MAX_MODULES || skillChars > MAX_SKILL_CHARS) {
      throw refusedImport(item, { module: from, reason: "it imports too many skills" });
    }
    const text = await options.skills.read(name);
    if (text === undefined) {
      const names = await options.skills.names();
      throw refusedImport(item, {
        module: from,
        reason: "there is no such skill",
        hint: suggestNames(name, names),
      });
    }
    skills.add(name);
    skillChars += text.length;
    await addModule(text, name);
  }

  async function addWrappers(item: ModuleImport, module: ProgramModule): Promise<void> {
    const { target } = item;
    if (target.kind !== "server" && target.kind !== "tool") return;
    const used = await imported.of(item, { target, module });
    let byFile = wrappers.get(target.folder);
    if (byFile === undefined) wrappers.set(target.folder, byFile = new Map());
    for (const wrapper of used) {
      byFile.set(wrapper.file, wrapper);
      addCapability(wrapper);
    }
  }

  function addCapability({ server, tool }: Capability): void {
    capabilities.set(JSON.stringify([server, tool]), { server, tool });
  }
}

/** A server's folder, or one file of it. */
type ServerTarget = Extract<ImportTarget, { readonly folder: string }>;

interface ImportOptions {
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
class WrapperImports {
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

/**
 * The exports of an imported module that the importing one uses; undefined where that cannot be
 * told, and so all of them must be taken as used.
 */
function usedNames(
  { form, node }: ModuleImport,
  { names }: TreeFacts,
): ReadonlySet<string> | undefined {
  if (form !== "import") return undefined;
  const used = new Set<string>();
  for (const specifier of node.specifiers) {
    const use = names.get(specifier.local.name);
    // What is imported and never named in running code was the name of a type.
    if (use === undefined) continue;
    if (specifier.type === "ImportNamespaceSpecifier") {
      if (use.escapes) return undefined;
      for (const member of use.members) used.add(member);
    } else {
      used.add(
        specifier.type === "ImportDefaultSpecifier"
          ? "default"
          : specifier.imported.type === "Identifier"
          ? specifier.imported.name
          : String(specifier.imported.value),
      );
    }
  }
  return used;
}
