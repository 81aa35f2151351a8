import type { NamedCall } from "./named_tools.ts";
import type { ParsedModule } from "./parse_module.ts";
import type { ModuleImports } from "./read_imports.ts";

/** One module of a program: its own, or that of a skill. */
export interface ProgramModule extends ParsedModule, ModuleImports {
  /** Undefined for the program's own. */
  readonly skill: string | undefined;
  /** Its calls of tools by their names. */
  readonly named: readonly NamedCall[];
}
