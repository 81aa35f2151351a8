import type { AnyNode, Expression, Node } from "acorn";
import { literal } from "../../../program/read_imports.ts";

/** The name of a property as the program has it; undefined for one that is computed or private. */
export function propertyName(
  { computed, property }: { computed: boolean; property: Node },
): string | undefined {
  const node = property as AnyNode;
  if (computed) return literal(node as Expression);
  return node.type === "Identifier" ? node.name : undefined;
}

/** The name of the method that a callee names; undefined where it is no method of anything. */
export function methodName(callee: Node): string | undefined {
  const any = callee as AnyNode;
  return any.type === "MemberExpression" ? propertyName(any) : undefined;
}
