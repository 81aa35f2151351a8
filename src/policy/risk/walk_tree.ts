import type { AnyNode, Node } from "acorn";
import type { Scope, Scopes } from "./scopes.ts";

/** A node, and all that it stands in. */
export interface Place {
  readonly node: AnyNode;
  /** Undefined for the program itself. */
  readonly parent: Place | undefined;
  /** The variables that it sees. */
  readonly scope: Scope;
}

/** Visits every node of a tree, without a stack that a deep one could fill. */
export function walkTree(tree: Node, scopes: Scopes, visit: (place: Place) => void): void {
  const open: Place[] = [{ node: tree as AnyNode, parent: undefined, scope: scopes.get(tree)! }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    visit(place);
    const children = childrenOf(place.node);
    for (let index = children.length - 1; index >= 0; index--) {
      const node = children[index]!;
      open.push({ node, parent: place, scope: scopes.get(node) ?? place.scope });
    }
  }
}

/** The nodes directly in a node, in the order of the text. */
export function childrenOf(node: Node): AnyNode[] {
  const children: AnyNode[] = [];
  for (const key in node) {
    if (key === "loc") continue;
    const value: unknown = node[key as keyof Node];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) {
      children.push(value);
    }
  }
  return children;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null &&
    typeof (value as { type?: unknown }).type === "string";
}
