import { recursive } from "acorn-walk";
import type { Position } from "../errors.ts";
import { positionOf } from "./parse_module.ts";
import type { ProgramModule } from "./program_module.ts";

/** Where the top level of a module returns first; undefined where it does not. */
export function returnsAtTop(module: ProgramModule): Position | undefined {
  let found: Position | undefined;
  recursive(module.tree, undefined, {
    Function() {},
    ReturnStatement(node) {
      found ??= positionOf(node, module);
    },
  });
  return found;
}
