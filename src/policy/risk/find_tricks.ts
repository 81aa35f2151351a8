import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/read_program.ts";
import { kindOfName } from "./data_kinds.ts";
import { type Constants, foldText } from "./fold_text.ts";
import { isFunction } from "./scopes.ts";
import { type Place, walkTree } from "./walk_tree.ts";

/** Something about how a program is written, whatever tools it calls. */
export interface Trick {
  readonly kind: TrickKind;
  readonly module: ProgramModule;
  readonly node: Node;
  /** What it is, as the program has it. */
  readonly detail: string;
}

/** The tricks, named as what a program does. */
export type TrickKind =
  | "makes_code_from_text"
  | "hides_what_it_does"
  | "computes_an_import"
  | "changes_what_all_objects_inherit"
  | "holds_a_secret"
  | "loops_without_end"
  | "reaches_for_the_machine";

const CODE_MAKERS = new Set(["eval", "Function", "ShadowRealm"]);
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);
const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);
const MACHINE = new Set(["Worker", "WebAssembly", "require", "process", "SharedArrayBuffer"]);
/** Of `Deno`; a worker has none of them. */
const MACHINE_MEMBERS =
  /^(Command|run|dlopen|permissions|env|exit|kill|serve|listen|connect|openKv|UnsafePointer.*|core|internal|\[.*)$/;
const MANGLED = /^_0x[0-9a-f]{2,}$/i;
const MANY_MANGLED = 3;
const MANY_CODES = 8;

/** Finds what a module does to the language itself. Neither strings nor comments are looked into. */
export function findTricks(module: ProgramModule): Trick[] {
  const constants = readConstants(module.tree);
  const tricks: Trick[] = [];
  const mangled = new Map<string, Node>();
  const add = (kind: TrickKind, node: Node, detail: string) =>
    tricks.push({ kind, module, node, detail });
  for (const node of module.computed) add("computes_an_import", node, "import(…)");
  walkTree(module.tree, (place) => {
    const { node } = place;
    if (node.type === "Identifier") {
      if (MANGLED.test(node.name)) mangled.set(node.name, node);
      if (isReference(place)) judgeName(node.name, { place, add });
    } else if (node.type === "MemberExpression") judgeMember(place, { constants, add });
    else if (node.type === "CallExpression" || node.type === "NewExpression") {
      judgeCall(node, { constants, add });
    } else if (node.type === "Property" || node.type === "PropertyDefinition") {
      judgeProperty(place, add);
    } else if (node.type === "AssignmentExpression") judgeAssignment(node, add);
    else if (isEndless(node)) add("loops_without_end", node, "nothing in it leaves the loop");
  });
  const [first] = mangled;
  if (mangled.size >= MANY_MANGLED) {
    add("hides_what_it_does", first![1], `names such as ${first![0]}`);
  }
  return tricks;
}

type Add = (kind: TrickKind, node: Node, detail: string) => void;

/** Names that are given one value, once in the whole module. */
function readConstants(tree: Node): Constants {
  const constants = new Map<string, Node>();
  const twice = new Set<string>();
  walkTree(tree, ({ node, parent }) => {
    if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier") return;
    const { name } = node.id;
    const isConst = parent?.node.type === "VariableDeclaration" && parent.node.kind === "const";
    if (constants.has(name) || !isConst) twice.add(name);
    if (node.init) constants.set(name, node.init);
  });
  for (const name of twice) constants.delete(name);
  return constants;
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

function judgeName(name: string, { place: { node, parent }, add }: { place: Place; add: Add }) {
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

function judgeMember(place: Place, { constants, add }: { constants: Constants; add: Add }): void {
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

/** Whether what a `.constructor` gives may be `Function`, and is called or kept. */
function makesConstructor({ node, parent }: Place): boolean {
  const { object } = node as Extract<AnyNode, { type: "MemberExpression" }>;
  const from = object as AnyNode;
  const outer = parent?.node;
  const isOfFunction = isFunction(from) || from.type === "ClassExpression" ||
    isConstructor(from) || from.type === "CallExpression";
  if (outer?.type === "MemberExpression" && outer.object === node) {
    return isConstructorOf(outer, from);
  }
  if (isOfFunction) return true;
  const isCalled = (outer?.type === "CallExpression" || outer?.type === "NewExpression") &&
    outer.callee === node;
  // `new this.constructor()` makes another of the same class.
  return isCalled && from.type !== "ThisExpression";
}

function isConstructorOf(
  outer: Extract<AnyNode, { type: "MemberExpression" }>,
  from: AnyNode,
): boolean {
  const isName = outer.property.type === "Identifier" && outer.property.name === "name";
  return !outer.computed && !isName && (isFunction(from) || isConstructor(from));
}

function isConstructor(node: AnyNode): boolean {
  return node.type === "MemberExpression" && node.property.type === "Identifier" &&
    node.property.name === "constructor";
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

function judgeCall(
  node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  { constants, add }: { constants: Constants; add: Add },
): void {
  const callee = node.callee as AnyNode;
  const [first] = node.arguments;
  if (callee.type === "Identifier" && TIMERS.has(callee.name) && first) {
    const isText = first.type === "TemplateLiteral" || foldText(first, constants) !== undefined;
    if (isText) add("makes_code_from_text", node, `${callee.name} of a text`);
  }
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
  const { name } = callee.property;
  const isCodes = name === "fromCharCode" || name === "fromCodePoint";
  if (isCodes && node.arguments.length >= MANY_CODES) {
    add("hides_what_it_does", node, "a text made of character codes");
  }
  const object = callee.object.type === "Identifier" ? callee.object.name : undefined;
  if (name === "setPrototypeOf" && (object === "Object" || object === "Reflect")) {
    add("changes_what_all_objects_inherit", node, `${object}.setPrototypeOf`);
  }
}

/** A secret is known by the name of what holds it, never by how it looks. */
function judgeProperty({ node, parent }: Place, add: Add): void {
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

function judgeAssignment(
  { left }: Extract<AnyNode, { type: "AssignmentExpression" }>,
  add: Add,
): void {
  const object = left.type === "MemberExpression" ? left.object as AnyNode : undefined;
  const isPrototype = object?.type === "MemberExpression" &&
    object.property.type === "Identifier" &&
    object.property.name === "prototype" && object.object.type === "Identifier" &&
    /^(Object|Function|Array|String|Promise|Map|Set)$/.test(object.object.name);
  if (isPrototype) add("changes_what_all_objects_inherit", left, "a prototype of the language");
}

/** `while (true)` and `for (;;)` that nothing leaves. */
function isEndless(node: AnyNode): boolean {
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
