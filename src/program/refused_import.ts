import { AirlockError } from "../model/errors.ts";
import { positionOf } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";
import { clipSpecifier, type ModuleImport } from "./read_imports.ts";

/** Options of {@linkcode refusedImport}. */
export interface RefusedImportOptions {
  readonly module: ProgramModule;
  /** What is so. */
  readonly reason: string;
  readonly hint?: string;
}

/** What is thrown for an import that there is nothing behind. */
export function refusedImport(
  { specifier, node }: ModuleImport,
  { module, reason, hint }: RefusedImportOptions,
): AirlockError {
  const shown = clipSpecifier(specifier);
  const from = module.skill === undefined ? "" : ` in skill "${module.skill}"`;
  return new AirlockError("IMPORT_REFUSED", `Cannot import "${shown}"${from}: ${reason}`, {
    ...(module.skill === undefined ? { position: positionOf(node, module) } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}
