import type { AnyNode } from "acorn";
import { repeatOfLoop } from "../loop_repeats.ts";
import { multiply } from "../repeat.ts";
import { childrenOf } from "../walk_tree.ts";
import { assign } from "./assign.ts";
import { type At, loopContext } from "./at.ts";

/** A loop: what stands in its body happens as often as it goes round. */
export function readLoop(node: AnyNode, outer: At): void {
  const { reader } = outer;
  const at = { ...outer, scope: outer.view.scopes.get(node) ?? outer.scope };
  const inside = {
    ...at,
    repeat: multiply(outer.repeat, repeatOfLoop(node, loopContext(at))),
    ofLoop: outer.view.continued.has(node) ? undefined : outer.repeat,
  };
  if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
    const sources = reader.read(node.right, at);
    const { left } = node;
    const target = left.type === "VariableDeclaration" ? left.declarations[0]!.id : left;
    assign(target, { sources, at: inside });
    reader.read(node.body, inside);
  } else if (node.type === "ForStatement") {
    if (node.init) reader.read(node.init, at);
    for (const part of [node.test, node.update, node.body]) if (part) reader.read(part, inside);
  } else {
    reader.readAll(childrenOf(node), inside);
  }
}
