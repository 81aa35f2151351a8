import type { AnyNode } from "acorn";
import { type Constants, foldText } from "../fold_text.ts";
import type { Place } from "../walk_tree.ts";
import { CODE_MAKERS, GLOBAL_OBJECTS, MACHINE } from "./names_of_the_machine.ts";
import { makesConstructor } from "./makes_constructor.ts";
import type { AddTrick } from "./trick.ts";

/** Of `Deno`; a worker has none of them. */
const MACHINE_MEMBERS =
  /^(Command|run|dlopen|permissions|env|exit|kill|serve|listen|connect|openKv|UnsafePointer.*|core|internal|\[.*)$/;

/** A property: of the machine, of all objects, or with a name that nobody would compute. */
export function judgeMember(
  place: Place,
  { constants, add }: { constants: Constants; add: AddTrick },
): void {
  const node = place.node as Extract<AnyNode, { type: "MemberExpression" }>;
  const { object, property, computed } = node;
  const key = property as AnyNode;
  const name = computed
    ? foldText(key, constants)
    : key.type === "Identifier"
    ? key.name
    : undefined;
  const root = object.type === "Identifier" ? object.name : undefined;
  if (computed && name === undefined && isMadeOfNothing(object as AnyNode)) {
    add("hides_what_it_does", node, "a property whose name is computed of something that has none");
  }
  if (root !== undefined && GLOBAL_OBJECTS.has(root)) {
    if (name === undefined) add("hides_what_it_does", node, `${root}[…]`);
    else if (CODE_MAKERS.has(name)) add("makes_code_from_text", node, `${root}.${name}`);
    else if (MACHINE.has(name)) add("reaches_for_the_machine", node, `${root}.${name}`);
  }
  if (root === "Deno" && (name === undefined || MACHINE_MEMBERS.test(name))) {
    add("reaches_for_the_machine", node, `Deno.${name ?? "[…]"}`);
  }
  const isWritten = computed && key.type !== "Literal";
  if (name === "constructor" && (isWritten || makesConstructor(place))) {
    add("makes_code_from_text", node, "the constructor of a function");
  } else if (name === "__proto__" || name === "__defineGetter__" || name === "__defineSetter__") {
    add("changes_what_all_objects_inherit", node, name);
  }
}

/** `[]`, `![]`, `{}+[]`, a function: nobody looks up a computed property of these. */
function isMadeOfNothing(node: AnyNode): boolean {
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
