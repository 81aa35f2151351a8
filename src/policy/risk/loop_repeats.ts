import type { AnyNode, Node } from "acorn";
import { SIZE_KEEPING } from "./iteration_methods.ts";
import { boundedRounds } from "./bounded_rounds.ts";
import type { Repeat } from "./repeat.ts";
import { findBinding, type Scope, type Scopes } from "./scopes.ts";

const MAX_DEPTH = 16;
const MAX_SHOWN = 60;

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

type ForStatement = Extract<AnyNode, { type: "ForStatement" }>;

/** How often a loop goes round. */
export function repeatOfLoop(node: AnyNode, at: LoopContext): Repeat {
  switch (node.type) {
    case "ForOfStatement":
    case "ForInStatement":
      return boundedBy(repeatOver(node.right, at), boundedRounds(node, at));
    case "ForStatement":
      return boundedBy(
        { times: roundsOf(node, at), over: shown(node.test ?? node, at) },
        boundedRounds(node, at),
      );
    case "WhileStatement":
    case "DoWhileStatement":
      return { times: boundedRounds(node, at), over: shown(node.test, at) };
    default:
      return { times: null };
  }
}

function boundedBy({ times, over }: Repeat, rounds: number | null): Repeat {
  return { times: rounds === null ? times : Math.min(times ?? Infinity, rounds), over };
}

/** How often something happens that happens for each item. */
export function repeatOver(items: Node, at: LoopContext): Repeat {
  return { times: sizeOf(items as AnyNode, at), over: shown(items, at) };
}

/** A piece of the program, short enough to be read in a sentence. */
export function shown({ start, end }: Node, { js }: LoopContext): string {
  const text = js.slice(start, Math.min(end, start + 4 * MAX_SHOWN)).replaceAll(/\s+/g, " ");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** At most how many items it has; null where that cannot be told. */
function sizeOf(node: AnyNode, at: LoopContext, depth = 0): number | null {
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

/** `for (let i = 0; i < 40; i++)`, counted; any other form is not. */
function roundsOf({ init, test, update }: ForStatement, at: LoopContext): number | null {
  if (init?.type !== "VariableDeclaration" || test?.type !== "BinaryExpression") return null;
  const [counter] = init.declarations;
  if (counter?.id.type !== "Identifier" || test.left.type !== "Identifier") return null;
  const { name } = counter.id;
  const [from, to, step] = [
    numberOf(counter.init, at),
    numberOf(test.right, at),
    stepOf(update, at),
  ];
  if (test.left.name !== name || from === null || to === null || step === null) return null;
  const binding = findBinding(name, at.scope);
  // The first value, and the one change that the loop itself makes.
  if (binding === undefined || binding.assignments > 2) return null;
  const distance = { "<": to - from, "<=": to - from + 1, ">": from - to, ">=": from - to + 1 }[
    test.operator as string
  ];
  const isTowards = test.operator.startsWith("<") ? step > 0 : step < 0;
  if (distance === undefined || !isTowards) return null;
  return Math.max(0, Math.ceil(distance / Math.abs(step)));
}

function stepOf(update: Node | null | undefined, at: LoopContext): number | null {
  const node = update as AnyNode | null | undefined;
  if (node?.type === "UpdateExpression") return node.operator === "++" ? 1 : -1;
  if (node?.type !== "AssignmentExpression") return null;
  const by = numberOf(node.right, at);
  if (by === null || by === 0) return null;
  if (node.operator === "+=") return by;
  return node.operator === "-=" ? -by : null;
}
