import type { Node } from "acorn";
import type { LoopContext } from "../loop_repeats.ts";
import type { FunctionFact } from "../program_facts.ts";
import type { Repeat } from "../repeat.ts";
import type { Scope } from "../scopes.ts";
import type { DataflowState } from "./dataflow_state.ts";
import type { ModuleView } from "./module_view.ts";

/** Where in a program something stands, and what it is read with. */
export interface At {
  readonly view: ModuleView;
  readonly scope: Scope;
  readonly from: FunctionFact;
  /** How often it comes to this place each time the function is called. */
  readonly repeat: Repeat;
  /** Where leaving a block means that the loop around it ends: how often it comes to that loop. */
  readonly ofLoop?: Repeat | undefined;
  readonly knowledge: DataflowState;
  readonly reader: Reader;
}

/** Reads syntax of any kind: what stands inside of something is read by this. */
export interface Reader {
  /** The sources that an expression's data may come from; of a statement, whatever. */
  read(node: Node, at: At): number;
  /** The same for several, together. */
  readAll(nodes: readonly Node[], at: At): number;
  /** An expression in a place that keeps what it may call: a variable, a property, an argument. */
  readValue(node: Node, at: At): number;
}

/** What loops of a place are read with. */
export function loopContext({ scope, view, knowledge }: At): LoopContext {
  const { module, scopes, continued } = view;
  return { scope, js: module.js, known: knowledge.sizes, scopes, continued };
}
