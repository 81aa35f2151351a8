import type { AnyNode, Node } from "acorn";
import type { Meanings } from "../meaning/meanings.ts";
import { UNKNOWN } from "../meaning/fold_method.ts";
import { isFunction, type Scope, type Scopes } from "../scopes.ts";
import { type Place, walkTree } from "../walk_tree.ts";

/** A loop or a switch, within its function. */
interface Leavable {
  readonly node: AnyNode;
  readonly scope: Scope;
  readonly outer: Leavable | undefined;
  /** Whether something in it leaves it, and whether that leaves all that is around it too. */
  isLeft: boolean;
  isLeftWhole: boolean;
}

/** Finds each `while (true)` and `for (;;)` that nothing leaves. */
export function findEndless(
  tree: Node,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): Node[] {
  const around = new Map<Place, Leavable | undefined>();
  const found: Leavable[] = [];
  walkTree(tree, scopes, (place) => {
    const { node, parent, scope } = place;
    const outer = parent && around.get(parent);
    noteLeaving(node, outer);
    const inside = leavableAt(node, { outer, scope });
    if (inside !== undefined && inside !== outer) found.push(inside);
    around.set(place, inside);
  });
  return found.filter((loop) => isEndless(loop, meanings)).map(({ node }) => node);
}

function leavableAt(
  node: AnyNode,
  { outer, scope }: { outer: Leavable | undefined; scope: Scope },
): Leavable | undefined {
  if (isFunction(node) || node.type === "StaticBlock") return undefined;
  if (!/^(For|ForOf|ForIn|While|DoWhile|Switch)Statement$/.test(node.type)) return outer;
  return { node, scope, outer, isLeft: false, isLeftWhole: false };
}

function noteLeaving(node: AnyNode, inside: Leavable | undefined): void {
  if (inside === undefined) return;
  if (node.type === "BreakStatement" && !node.label) {
    inside.isLeft = true;
    return;
  }
  const leavesAll = node.type === "ReturnStatement" || node.type === "ThrowStatement" ||
    node.type === "YieldExpression" || node.type === "BreakStatement" ||
    (node.type === "ContinueStatement" && node.label);
  if (!leavesAll) return;
  // What is around one that is left whole was told before.
  for (let at: Leavable | undefined = inside; at && !at.isLeftWhole; at = at.outer) {
    at.isLeftWhole = true;
  }
}

function isEndless({ node, scope, isLeft, isLeftWhole }: Leavable, meanings: Meanings): boolean {
  const isLoop = node.type === "WhileStatement" || node.type === "DoWhileStatement" ||
    node.type === "ForStatement";
  if (!isLoop || isLeft || isLeftWhole) return false;
  if (!node.test) return true;
  const test = meanings.valueOf(node.test, scope);
  return test !== UNKNOWN && Boolean(test);
}
