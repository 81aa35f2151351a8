import type { Capability } from "../model/capability.ts";
import { namedCalls, namedTools } from "./named_tools.ts";
import { parseModule } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";
import { type ModuleImport, readImports } from "./read_imports.ts";
import { RefusedImports } from "./refuse_together.ts";
import { refusedImport } from "./refused_import.ts";
import type { Stripper } from "./stripper.ts";
import { suggestNames } from "./suggest_names.ts";
import { WrapperImports } from "./wrapper_imports.ts";
import type { Skills, Wrapper, WrapperLookups } from "./wrappers.ts";
import { sha256 } from "../text/sha256.ts";

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
