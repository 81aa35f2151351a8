import type { Node } from "acorn";
import type { ProgramModule } from "../../../program/program_module.ts";
import type { Callable, FunctionFact, Namespace } from "../program_facts.ts";
import type { Scopes } from "../scopes.ts";

/** A module, and what is learned of it. */
export interface ModuleView {
  readonly module: ProgramModule;
  readonly scopes: Scopes;
  readonly top: FunctionFact;
  /** What it exports that can be called; filled as it is read. */
  readonly exports: Map<string, Callable>;
  /** What each `import()` of it gives. */
  loaded?: Map<Node, Namespace>;
}
