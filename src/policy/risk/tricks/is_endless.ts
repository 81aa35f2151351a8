import type { AnyNode } from "acorn";
import { isFunction } from "../scopes.ts";
import { walkTree } from "../walk_tree.ts";

/** `while (true)` and `for (;;)` that nothing leaves. */
export function isEndless(node: AnyNode): boolean {
  const isLoop = node.type === "WhileStatement" || node.type === "DoWhileStatement" ||
    node.type === "ForStatement";
  if (!isLoop) return false;
  const test = node.test as AnyNode | null | undefined;
  const isAlways = !test || (test.type === "Literal" && Boolean(test.value)) ||
    (test.type === "UnaryExpression" && test.operator === "!" && test.argument.type === "Literal" &&
      !test.argument.value);
  return isAlways && !isLeft(node);
}

function isLeft(loop: AnyNode): boolean {
  let left = false;
  walkTree(loop, ({ node, parent }) => {
    if (left) return;
    const leaves = node.type === "ReturnStatement" || node.type === "ThrowStatement" ||
      node.type === "BreakStatement" || node.type === "YieldExpression" ||
      (node.type === "ContinueStatement" && node.label);
    if (!leaves) return;
    for (let at = parent; at !== undefined; at = at.parent) {
      if (isFunction(at.node)) return;
      const isInner = node.type === "BreakStatement" && !node.label && at.node !== loop &&
        /^(For|While|DoWhile|Switch).*Statement$/.test(at.node.type);
      if (isInner) return;
    }
    left = true;
  });
  return left;
}
