import type { AnyNode, Node } from "acorn";
import { findBinding, type Place } from "../scopes.ts";
import type { AddEvasion } from "../program_facts.ts";
import { A_FUNCTION, type Meanings, plainName } from "../meanings.ts";
import { type IsConstructorKey, makesConstructor } from "./constructor_keys.ts";

/** A name of the language or of the machine, wherever it stands for one. */
export function judgeName(
  name: string,
  { place, add }: { place: Place; add: AddEvasion },
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

/** A property: of the machine, of all objects, or with a name that honest code never computes. */
export function judgeMember(
  place: Place,
  { meanings, isConstructorKey, add }: {
    meanings: Meanings;
    isConstructorKey: IsConstructorKey;
    add: AddEvasion;
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

/** `[]`, `![]`, `{}+[]`, a function: honest code computes no property name of these. */
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

/** Of `Deno`; a worker has none of them. */
const MACHINE_MEMBERS =
  /^Deno\.(Command|run|dlopen|permissions|env|exit|kill|serve|listen|connect|openKv|UnsafePointer|core|internal|\[)/;

/** Judges a global that was reached by a property, by its whole name. */
export function judgeGlobal(
  name: string | undefined,
  { node, add }: { node: Node; add: AddEvasion },
): void {
  const plain = plainName(name);
  if (name === undefined || plain === undefined) return;
  if (plain === "[…]") add("hides_what_it_does", node, name);
  else if (name !== plain && CODE_MAKERS.has(plain)) add("makes_code_from_text", node, name);
  else if (name !== plain && MACHINE.has(plain)) add("reaches_for_the_machine", node, name);
  else if (MACHINE_MEMBERS.test(plain)) add("reaches_for_the_machine", node, plain);
  else if (
    plain === `${A_FUNCTION}.constructor` ||
    /^(Object|Array|String|Promise|Map|Set|Date|Error|RegExp|Number|Boolean|Symbol|Proxy)\.constructor$/
      .test(plain)
  ) {
    add("makes_code_from_text", node, "the constructor of a function");
  }
}

/** Names that make code out of text. */
const CODE_MAKERS = new Set(["eval", "Function", "ShadowRealm"]);

/** Names that stand for all others. */
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);

/** Names of what a worker has not, or should not need. */
const MACHINE = new Set([
  "Worker",
  "WebAssembly",
  "require",
  "process",
  "SharedArrayBuffer",
]);
