import type { Capability } from "../rpc/capability.ts";
import { importWrappers } from "./import_wrappers.ts";
import { namedTools } from "./named_tools.ts";
import { parseModule } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";
import { type ModuleImport, readImports } from "./read_imports.ts";
import { refusedImport } from "./refused_import.ts";
import type { Stripper } from "./stripper.ts";
import { suggestNames } from "./suggest_names.ts";
import type { Skills, Wrapper, WrapperLookups } from "./wrappers.ts";

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
  readonly wrappers: WrapperLookups;
  readonly skills: Pick<Skills, "read" | "names">;
}

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
    if (modules.length >= MAX_MODULES) {
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
    await addModule(text, name);
  }

  async function addWrappers(item: ModuleImport, module: ProgramModule): Promise<void> {
    const { target } = item;
    if (target.kind !== "server" && target.kind !== "tool") return;
    const used = await importWrappers(item, { target, module, wrappers: options.wrappers });
    const known = wrappers.get(target.folder) ?? [];
    const byFile = new Map([...known, ...used].map((wrapper) => [wrapper.file, wrapper]));
    wrappers.set(target.folder, [...byFile.values()]);
    for (const wrapper of used) addCapability(wrapper);
  }

  function addCapability({ server, tool }: Capability): void {
    capabilities.set(JSON.stringify([server, tool]), { server, tool });
  }
}

async function sha256(texts: readonly string[]): Promise<string> {
  // JSON keeps the borders between the texts.
  const bytes = new TextEncoder().encode(JSON.stringify(texts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
