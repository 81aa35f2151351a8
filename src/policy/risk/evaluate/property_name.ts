import type { AnyNode, Node } from "acorn";
import type { At } from "./at.ts";

/** The name of a property as it always is; undefined for one that cannot be told, or is private. */
export function propertyName(
  { computed, property }: { computed: boolean; property: Node },
  { view, scope }: Pick<At, "view" | "scope">,
): string | undefined {
  if (computed) return view.meanings.textOf(property, scope);
  const node = property as AnyNode;
  return node.type === "Identifier" ? node.name : undefined;
}

/** The name of the method that a callee names; undefined where it is no method of anything. */
export function methodName(
  callee: Node,
  at: Pick<At, "view" | "scope">,
): string | undefined {
  const any = callee as AnyNode;
  return any.type === "MemberExpression" ? propertyName(any, at) : undefined;
}
