import type { AnyNode, Node } from "acorn";
import { kindOfName } from "../data_kinds.ts";
import type { Place } from "../walk_tree.ts";
import type { AddTrick } from "./trick.ts";

/** A secret is known by the name of what holds it, never by how it looks. */
export function judgeProperty({ node, parent }: Place, add: AddTrick): void {
  const { key, value, computed } = node as Extract<AnyNode, { type: "Property" }>;
  if (parent?.node.type === "ObjectPattern") {
    const isConstructor = key.type === "Identifier" && key.name === "constructor" && !computed;
    if (isConstructor) add("makes_code_from_text", node, "the constructor of something");
    return;
  }
  const name = key.type === "Identifier" && !computed ? key.name : undefined;
  if (name !== undefined && isText(value) && kindOfName(name) === "secret") {
    add("holds_a_secret", node, name);
  }
}

function isText(node: Node | null | undefined): boolean {
  const any = node as AnyNode | null | undefined;
  return any?.type === "Literal" && typeof any.value === "string" && any.value.length >= 6;
}
