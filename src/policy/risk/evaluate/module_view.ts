import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../../program/program.ts";
import type { Capability } from "../../../model/capability.ts";
import type { Callable, FunctionFact, Namespace } from "../program_facts.ts";
import type { Meanings } from "../meaning/meanings.ts";
import type { Scopes } from "../scopes.ts";

/** A module, and what is learned of it. */
export interface ModuleView {
  readonly module: ProgramModule;
  readonly scopes: Scopes;
  /** Its loops with a `continue` in them. */
  readonly continued: ReadonlySet<Node>;
  readonly meanings: Meanings;
  readonly top: FunctionFact;
  /** The tools that calls by their names can be of, by the call. */
  readonly named: ReadonlyMap<Node, readonly Capability[]>;
  /** Calls as they come to be, by how they are written. */
  readonly plainCalls: Map<Node, Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>>;
  /** What it exports that can be called; filled as it is read. */
  readonly exports: Map<string, Callable>;
  /** Whether it imports the module that calls tools by their names. */
  readonly callsByName: boolean;
  /** What each `import()` of it gives. */
  loaded?: Map<Node, Namespace>;
}
