import { AirlockError } from "../errors.ts";
import type { Capability } from "../rpc/capability.ts";
import type { ImportTarget } from "./import_target.ts";
import { nearNames, suggestNames } from "./suggest_names.ts";
import { namedTools } from "./named_tools.ts";
import { type ParsedModule, parseModule, positionOf } from "./parse_module.ts";
import { type ModuleImport, type ModuleImports, readImports } from "./read_imports.ts";
import type { Stripper } from "./stripper.ts";
import { usedNames } from "./used_names.ts";
import type { Skills, Wrapper, Wrappers } from "./wrappers.ts";

/** One module of a program: its own, or that of a skill. */
export interface ProgramModule extends ParsedModule, ModuleImports {
  /** Undefined for the program's own. */
  readonly skill: string | undefined;
}

/** A program that was read whole, every module that it reaches included. */
export interface Program {
  /** SHA-256 of all its modules' text, in hexadecimal. */
  readonly hash: string;
  /** The program's own first. */
  readonly modules: readonly ProgramModule[];
  /** The wrappers that it imports, by folder. */
  readonly wrappers: ReadonlyMap<string, readonly Wrapper[]>;
  /** The tools that it may call. */
  readonly capabilities: readonly Capability[];
}

/** Options of {@linkcode readProgram}. */
export interface ReadProgramOptions {
  readonly stripper: Stripper;
  readonly wrappers: Wrappers;
  readonly skills: Skills;
}

type ServerTarget = Extract<ImportTarget, { readonly folder: string }>;

/** Skills import skills; more than so many in one program are refused. */
const MAX_MODULES = 100;

/**
 * Reads a program and all that it imports, and derives what it may call.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, with the position
 */
export async function readProgram(code: string, options: ReadProgramOptions): Promise<Program> {
  const modules: ProgramModule[] = [];
  const texts: string[] = [];
  await addModule(code, undefined);
  const wrappers = new Map<string, Wrapper[]>();
  const capabilities = new Map<string, Capability>();
  for (const module of modules) {
    for (const item of module.imports) await addWrappers(item, module);
    for (const named of await namedTools(module, options.wrappers)) addCapability(named);
  }
  return {
    hash: await sha256(texts),
    modules,
    wrappers,
    capabilities: [...capabilities.values()],
  };

  async function addModule(text: string, skill: string | undefined): Promise<void> {
    const parsed = await parseModule(text, options.stripper);
    const module = { ...parsed, ...readImports(parsed), skill };
    modules.push(module);
    texts.push(text);
    for (const item of module.imports) {
      if (item.target.kind === "skill") await addSkill(item.target.name, item, module);
    }
  }

  async function addSkill(name: string, item: ModuleImport, from: ProgramModule): Promise<void> {
    if (modules.some(({ skill }) => skill === name)) return;
    if (modules.length >= MAX_MODULES) throw refused(item, from, "it imports too many skills");
    const text = await options.skills.read(name);
    if (text === undefined) {
      const names = await options.skills.names();
      throw refused(item, from, "there is no such skill", suggestNames(name, names));
    }
    await addModule(text, name);
  }

  async function addWrappers(item: ModuleImport, module: ProgramModule): Promise<void> {
    const { target } = item;
    if (target.kind !== "server" && target.kind !== "tool") return;
    const all = await options.wrappers.inFolder(target.folder);
    if (all === undefined) {
      const folders = options.wrappers.folders();
      const hint = await suggestServer(target, folders);
      throw refused(item, module, "there is no such server", hint);
    }
    const used = target.kind === "tool"
      ? [findTool(target.file, all)]
      : usedNames(item, module)?.map((name) => findExport(name, all)) ?? all;
    const known = wrappers.get(target.folder) ?? [];
    const byFile = new Map([...known, ...used].map((wrapper) => [wrapper.file, wrapper]));
    wrappers.set(target.folder, [...byFile.values()]);
    for (const wrapper of used) addCapability(wrapper);

    function findTool(file: string, among: readonly Wrapper[]): Wrapper {
      const found = among.find((wrapper) => wrapper.file === file);
      if (found) return found;
      const files = among.map((wrapper) => wrapper.file);
      throw refused(item, module, "the server has no such tool", suggestNames(file, files));
    }

    function findExport(name: string, among: readonly Wrapper[]): Wrapper {
      const found = among.find((wrapper) => wrapper.exportName === name);
      if (found) return found;
      const names = among.map((wrapper) => wrapper.exportName);
      throw refused(item, module, `it does not export "${name}"`, suggestNames(name, names));
    }
  }

  /** What is near to the server's name; the tool too, where that server has it. */
  async function suggestServer(
    target: ServerTarget,
    folders: readonly string[],
  ): Promise<string> {
    const [folder] = nearNames(target.folder, folders);
    if (folder !== undefined && target.kind === "tool") {
      const all = await options.wrappers.inFolder(folder).catch(() => undefined);
      const [file] = nearNames(target.file, (all ?? []).map((wrapper) => wrapper.file));
      if (file !== undefined) return `Did you mean "./servers/${folder}/${file}.ts"?`;
    }
    return suggestNames(target.folder, folders);
  }

  function addCapability({ server, tool }: Capability): void {
    capabilities.set(JSON.stringify([server, tool]), { server, tool });
  }
}

function refused(
  { specifier, node }: ModuleImport,
  module: ProgramModule,
  reason: string,
  hint?: string,
): AirlockError {
  const from = module.skill === undefined ? "" : ` in skill "${module.skill}"`;
  return new AirlockError("IMPORT_REFUSED", `Cannot import "${specifier}"${from}: ${reason}`, {
    ...(module.skill === undefined ? { position: positionOf(node, module) } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}

async function sha256(texts: readonly string[]): Promise<string> {
  // JSON keeps the borders between the texts.
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
