import type { AnyNode } from "acorn";
import { A_FUNCTION, type Meanings } from "../meaning/meanings.ts";
import type { Place } from "../walk_tree.ts";
import type { IsConstructorKey } from "./find_constructor_keys.ts";
import { judgeGlobal } from "./judge_global.ts";
import { makesConstructor } from "./makes_constructor.ts";
import type { AddTrick } from "./trick.ts";

/** A property: of the machine, of all objects, or with a name that nobody would compute. */
export function judgeMember(
  place: Place,
  { meanings, isConstructorKey, add }: {
    meanings: Meanings;
    isConstructorKey: IsConstructorKey;
    add: AddTrick;
  },
): void {
  const { scope, parent } = place;
  const node = place.node as Extract<AnyNode, { type: "MemberExpression" }>;
  const { object, property, computed } = node;
  const name = meanings.keyOf(node, scope);
  const whole = meanings.nameOf(node, scope);
  if (computed && (name === undefined || isMadeOfNothing(property as AnyNode))) {
    const isFunction = meanings.nameOf(object, scope) === A_FUNCTION;
    if (isFunction || isMadeOfNothing(object as AnyNode)) {
      const what = "a property whose name is computed of something that has none";
      add("hides_what_it_does", node, what);
    }
  }
  const isWritten = computed && property.type !== "Literal";
  const isLooped = computed && name === undefined && isConstructorKey(property, scope);
  if (isLooped || name === "constructor" && (isWritten || makesConstructor(place))) {
    add("makes_code_from_text", node, "the constructor of a function");
  } else if (name === "__proto__" || name === "__defineGetter__" || name === "__defineSetter__") {
    add("changes_what_all_objects_inherit", node, name);
  } else if (name !== "constructor" || !isOfName(parent?.node, node)) {
    judgeGlobal(whole, { node, add });
  }
}

/** `x.constructor.name` asks what something is, and makes nothing. */
function isOfName(outer: AnyNode | undefined, node: AnyNode): boolean {
  return outer?.type === "MemberExpression" && outer.object === node && !outer.computed &&
    outer.property.type === "Identifier" && outer.property.name === "name";
}

const made = new WeakMap<AnyNode, boolean>();

/** `[]`, `![]`, `{}+[]`, a function: nobody looks up a computed property of these. */
function isMadeOfNothing(node: AnyNode): boolean {
  const before = made.get(node);
  if (before !== undefined) return before;
  const isMade = readMade(node);
  made.set(node, isMade);
  return isMade;
}

function readMade(node: AnyNode): boolean {
  switch (node.type) {
    case "ArrayExpression":
      return node.elements.length === 0;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "UnaryExpression":
      return isMadeOfNothing(node.argument as AnyNode);
    case "BinaryExpression":
      return isMadeOfNothing(node.left as AnyNode) || isMadeOfNothing(node.right as AnyNode);
    case "MemberExpression":
      return node.computed && isMadeOfNothing(node.object as AnyNode);
    default:
      return false;
  }
}
