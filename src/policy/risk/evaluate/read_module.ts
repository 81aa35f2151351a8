import { ONCE } from "../repeat.ts";
import type { At } from "./at.ts";
import type { DataflowState } from "./dataflow_state.ts";
import type { ModuleView } from "./module_view.ts";
import { SYNTAX_READER } from "./syntax_reader.ts";

/** Goes once through a module, with what is known so far, and learns from it. */
export function readModule(view: ModuleView, knowledge: DataflowState): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const { imports, callables } of scope.bindings.values()) {
    for (const { exports, name } of imports ?? []) {
      const fact = exports.get(name);
      if (fact !== undefined) knowledge.learn(callables, fact);
    }
  }
  const at: At = { view, scope, from: view.top, repeat: ONCE, knowledge, reader: SYNTAX_READER };
  at.reader.readAll(view.module.tree.body, at);
}
