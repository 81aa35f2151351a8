import type { AnyNode, Node } from "acorn";
import { kindOfName } from "../data_kinds.ts";
import type { Meanings } from "../meaning/meanings.ts";
import type { Scope } from "../scopes.ts";
import type { Place } from "../walk_tree.ts";
import { judgeGlobal } from "./judge_global.ts";
import type { AddTrick } from "./trick.ts";

const LEAST_SECRET = 6;

/** A secret is known by the name of what holds it, never by how it looks. */
export function judgeProperty(
  { node, parent, scope }: Place,
  { meanings, add }: { meanings: Meanings; add: AddTrick },
): void {
  const { key, value, computed } = node as Extract<AnyNode, { type: "Property" }>;
  const name = meanings.keyOf({ property: key, computed }, scope);
  if (name === undefined) return;
  if (parent?.node.type === "ObjectPattern") {
    if (name === "constructor") {
      add("makes_code_from_text", node, "the constructor of something");
    } else if (value.type === "Identifier") {
      judgeGlobal(meanings.nameOf(value, scope), { node, add });
    }
  } else if (value && kindOfName(name) === "secret" && isSecretText(value, { scope, meanings })) {
    add("holds_a_secret", node, name);
  }
}

/** Whether it is a text that stands in the program, and long enough to be a secret. */
export function isSecretText(
  node: Node,
  { scope, meanings }: { scope: Scope; meanings: Meanings },
): boolean {
  const value = meanings.valueOf(node, scope);
  return typeof value === "string" && value.length >= LEAST_SECRET;
}
