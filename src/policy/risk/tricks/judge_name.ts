import type { AnyNode, Node } from "acorn";
import { findBinding } from "../scopes.ts";
import type { Place } from "../walk_tree.ts";
import { CODE_MAKERS, GLOBAL_OBJECTS, MACHINE } from "./names_of_the_machine.ts";
import type { AddTrick } from "./trick.ts";

/** A name of the language or of the machine, wherever it stands for one. */
export function judgeName(
  name: string,
  { place, add }: { place: Place; add: AddTrick },
): void {
  const isNamed = CODE_MAKERS.has(name) || GLOBAL_OBJECTS.has(name) || MACHINE.has(name);
  if (!isNamed || !isReference(place) || findBinding(name, place.scope) !== undefined) return;
  const { node, parent } = place;
  const outer = parent?.node;
  const object = outer?.type === "MemberExpression" && outer.object === node ? outer : undefined;
  if (CODE_MAKERS.has(name)) {
    // `x instanceof Function` and `Function.prototype` make no code.
    const isAsked = outer?.type === "BinaryExpression" && outer.operator === "instanceof";
    const isPrototype = object?.property.type === "Identifier" && !object.computed &&
      object.property.name === "prototype";
    if (!isAsked && !isPrototype) add("makes_code_from_text", node, name);
  }
  // Where it is used as a whole, what of it is used cannot be seen.
  if (GLOBAL_OBJECTS.has(name) && object === undefined && outer?.type !== "UnaryExpression") {
    add("hides_what_it_does", node, `${name} as a value`);
  }
  if (MACHINE.has(name) && outer?.type !== "UnaryExpression") {
    add("reaches_for_the_machine", node, name);
  }
}

/** Whether a name stands for a variable and not for a property, a label or an export. */
function isReference({ node, parent }: Place): boolean {
  const outer = parent?.node as AnyNode & { property?: Node; key?: Node; computed?: boolean };
  switch (outer.type) {
    case "MemberExpression":
      return outer.computed || outer.property !== node;
    case "Property":
      return outer.computed || outer.shorthand || outer.key !== node;
    case "MethodDefinition":
    case "PropertyDefinition":
      return outer.computed || outer.key !== node;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "ImportSpecifier":
    case "ExportSpecifier":
    case "MetaProperty":
      return false;
    default:
      return true;
  }
}
