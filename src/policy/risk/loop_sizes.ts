import type { AnyNode, Node } from "acorn";
import { findBinding, type Scope, type Scopes } from "./scopes.ts";

/** A method that calls a function for each item of what it is called on. */
interface IterationMethod {
  /** Which of the function's parameters are items. */
  readonly items: readonly number[];
  /** What the method gives, in terms of where its data comes from. */
  readonly gives: "items" | "results" | "both" | "nothing";
}

const each = (gives: IterationMethod["gives"]): IterationMethod => ({ items: [0], gives });

/** By name. What is not here and gets a function may call it any number of times. */
export const ITERATION_METHODS: ReadonlyMap<string, IterationMethod> = new Map([
  ["map", each("results")],
  ["flatMap", each("results")],
  ["forEach", each("nothing")],
  ["filter", each("items")],
  ["find", each("items")],
  ["findLast", each("items")],
  ["findIndex", each("nothing")],
  ["findLastIndex", each("nothing")],
  ["some", each("nothing")],
  ["every", each("nothing")],
  ["reduce", { items: [0, 1], gives: "both" }],
  ["reduceRight", { items: [0, 1], gives: "both" }],
  ["sort", { items: [0, 1], gives: "items" }],
  ["toSorted", { items: [0, 1], gives: "items" }],
]);

/** Calls that call a function that they are given once, sooner or later. */
export const ONCE_METHODS: ReadonlySet<string> = new Set([
  "then",
  "catch",
  "finally",
  "setTimeout",
  "setImmediate",
  "queueMicrotask",
  "Promise",
]);

/** Methods that give about as many items as what they are called on has. */
const SIZE_KEEPING: ReadonlySet<string> = new Set([
  "map",
  "filter",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "keys",
  "values",
  "entries",
  "slice",
  "with",
]);

/** Methods that put more items into what they are called on. */
export const GROWING: ReadonlySet<string> = new Set([
  "push",
  "unshift",
  "splice",
  "add",
  "set",
  "append",
  "fill",
  "copyWithin",
]);

/** Globals whose functions keep nothing of what they get, and add nothing to it. */
export const LEAVES_ALONE: ReadonlySet<string> = new Set([
  "console",
  "JSON",
  "Math",
  "Number",
  "String",
  "Boolean",
  "Promise",
  "Array",
  "Date",
  "structuredClone",
  "log",
]);

/** Functions of `Object` that look at what they get, and leave it as it is. */
export const LOOKING: ReadonlySet<string> = new Set([
  "keys",
  "values",
  "entries",
  "fromEntries",
  "hasOwn",
  "freeze",
]);

/** What a loop is read with. */
export interface LoopContext {
  readonly scope: Scope;
  /** The text of the module. */
  readonly js: string;
  /** What was found out before, by its expression. */
  readonly known: Map<Node, number | null>;
  readonly scopes: Scopes;
  /** The loops of the module with a `continue` in them. */
  readonly continued: ReadonlySet<Node>;
}

const MAX_DEPTH = 16;

const MAX_SHOWN = 60;

/** A piece of the program, short enough to be read in a sentence. */
export function shown({ start, end }: Node, { js }: LoopContext): string {
  const text = js.slice(start, Math.min(end, start + 4 * MAX_SHOWN)).replaceAll(/\s+/g, " ");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** At most how many items it has; null where that cannot be told. */
export function sizeOf(node: AnyNode, at: LoopContext, depth = 0): number | null {
  if (depth > MAX_DEPTH) return null;
  const before = at.known.get(node);
  if (before !== undefined) return before;
  const size = readSize(node, at, depth);
  at.known.set(node, size);
  return size;
}

function readSize(node: AnyNode, at: LoopContext, depth: number): number | null {
  const size = (inner: Node) => sizeOf(inner as AnyNode, at, depth + 1);
  switch (node.type) {
    case "AwaitExpression":
      return size(node.argument);
    case "ArrayExpression":
      return node.elements.reduce<number | null>((sum, item) => {
        if (sum === null) return null;
        if (item?.type !== "SpreadElement") return sum + 1;
        const more = size(item.argument);
        return more === null ? null : sum + more;
      }, 0);
    case "Literal":
      return typeof node.value === "string" ? node.value.length : null;
    case "Identifier": {
      const binding = findBinding(node.name, at.scope);
      const isFixed = binding?.value && binding.assignments === 1 && !binding.grows;
      return isFixed ? size(binding.value!) : null;
    }
    case "NewExpression":
    case "CallExpression":
      return sizeOfCall(node, { at, size });
    default:
      return null;
  }
}

interface SizeOptions {
  readonly at: LoopContext;
  size(node: Node): number | null;
}

function sizeOfCall(
  { callee, arguments: args }: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  { at, size }: SizeOptions,
): number | null {
  const [first, second] = args;
  if (callee.type === "Identifier") {
    if (callee.name === "Array" && args.length === 1) return numberOf(first, at);
    return (callee.name === "Set" || callee.name === "Map") && first ? size(first) : null;
  }
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return null;
  const { object, property: { name } } = callee;
  if (object.type === "Identifier" && object.name === "Array" && name === "from" && first) {
    return lengthOf(first, at) ?? size(first);
  }
  if (object.type === "Identifier" && object.name === "Object") {
    return first && /^(keys|values|entries)$/.test(name) ? propertiesOf(first, at) : null;
  }
  if (name === "slice" && second) {
    const [from, to] = [numberOf(first, at), numberOf(second, at)];
    return from !== null && to !== null && from >= 0 && to >= 0
      ? Math.max(0, to - from)
      : size(object);
  }
  return SIZE_KEEPING.has(name) ? size(object) : null;
}

/** How many properties an object has that stands in the program, also behind a name. */
function propertiesOf(node: Node, at: LoopContext): number | null {
  const binding = (node as AnyNode).type === "Identifier"
    ? findBinding((node as Extract<AnyNode, { type: "Identifier" }>).name, at.scope)
    : undefined;
  const isFixed = binding?.assignments === 1 && !binding.grows;
  const object = (isFixed ? binding.value : node) as AnyNode | undefined;
  if (object?.type !== "ObjectExpression") return null;
  const before = at.known.get(object);
  if (before !== undefined) return before;
  const isSpread = object.properties.some(({ type }) => type === "SpreadElement");
  const size = isSpread ? null : object.properties.length;
  at.known.set(object, size);
  return size;
}

/** `{ length: 40 }` */
function lengthOf(node: AnyNode | Node, at: LoopContext): number | null {
  if ((node as AnyNode).type !== "ObjectExpression") return null;
  const { properties } = node as Extract<AnyNode, { type: "ObjectExpression" }>;
  for (const property of properties) {
    const isLength = property.type === "Property" && property.key.type === "Identifier" &&
      property.key.name === "length";
    if (isLength) return numberOf(property.value, at);
  }
  return null;
}

/** A number that stands in the program, also behind a name. */
export function numberOf(node: Node | null | undefined, at: LoopContext, depth = 0): number | null {
  if (!node || depth > MAX_DEPTH) return null;
  const any = node as AnyNode;
  switch (any.type) {
    case "Literal":
      return typeof any.value === "number" && Number.isFinite(any.value) ? any.value : null;
    case "Identifier": {
      const binding = findBinding(any.name, at.scope);
      return binding?.assignments === 1 ? numberOf(binding.value, at, depth + 1) : null;
    }
    case "MemberExpression": {
      const isLength = any.property.type === "Identifier" && any.property.name === "length";
      return isLength ? sizeOf(any.object as AnyNode, at, depth + 1) : null;
    }
    case "BinaryExpression": {
      const [left, right] = [any.left, any.right].map((side) => numberBehind(side, at, depth));
      if (left == null || right == null) return null;
      if (any.operator === "+") return left + right;
      if (any.operator === "-") return left - right;
      return any.operator === "*" ? left * right : null;
    }
    default:
      return null;
  }
}

/** The same, found out once: a sum of sums has as many parts as it likes. */
function numberBehind(node: Node, at: LoopContext, depth: number): number | null {
  const any = node as AnyNode;
  const key = any.type === "Identifier"
    ? findBinding(any.name, at.scope)?.value as AnyNode | undefined
    : any;
  if (key?.type !== "BinaryExpression") return numberOf(node, at, depth + 1);
  const before = at.known.get(key);
  if (before !== undefined) return before;
  const number = numberOf(node, at, depth + 1);
  at.known.set(key, number);
  return number;
}
