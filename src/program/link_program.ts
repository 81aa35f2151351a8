import { linkModule } from "./link_module.ts";
import { type LinkedFile, serverFile } from "./linked_files.ts";
import { quote } from "./linked_imports.ts";
import type { Program } from "./read_program.ts";
import type { SourcePositions } from "./source_positions.ts";
import type { Wrapper, WrapperLookups } from "./wrappers.ts";

/** A program as a worker loads it. */
export interface LinkedProgram {
  /** The program's own file first. */
  readonly files: readonly LinkedFile[];
  /** From the program's own file to its author's text. */
  readonly positions: SourcePositions;
}

/** Options of {@linkcode linkProgram}. */
export interface LinkProgramOptions {
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
