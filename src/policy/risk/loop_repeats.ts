import type { AnyNode, Node } from "acorn";
import type { Repeat } from "./program_facts.ts";
import { findBinding, isFunction, type Scopes, walkTree } from "./scopes.ts";
import { type LoopContext, numberOf, shown, sizeOf } from "./loop_sizes.ts";

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

type Loop = Extract<
  AnyNode,
  {
    type:
      | "WhileStatement"
      | "DoWhileStatement"
      | "ForStatement"
      | "ForOfStatement"
      | "ForInStatement";
  }
>;

/** Of one list of statements, and of one condition: no person writes more ways out of a loop. */
const MAX_WAYS_OUT = 16;

/** Statements one after the other, and how names in them are looked up. */
interface Steps {
  readonly list: readonly AnyNode[];
  readonly at: LoopContext;
  readonly loop: Loop;
}

/** At most how often a loop goes round that leaves by itself; null where that cannot be told. */
function boundedRounds(loop: Loop, at: LoopContext): number | null {
  // A round that is cut short does not come to where it would leave.
  if (at.continued.has(loop)) return null;
  return least(roundsOfTest(loop, at), roundsOfSteps(stepsOf(loop.body as AnyNode, { loop, at })));
}

/** Finds the loops with a `continue` in them, their own or one that names a loop around it. */
export function findContinued(tree: Node, scopes: Scopes): ReadonlySet<Node> {
  const found = new Set<Node>();
  walkTree(tree, scopes, ({ node, parent }) => {
    if (node.type !== "ContinueStatement") return;
    for (let at = parent; at && !isFunction(at.node) && !found.has(at.node); at = at.parent) {
      found.add(at.node);
    }
  });
  return found;
}

/** Whether the last of a block's statements leaves the loop that the block stands in. */
export function leavesAtEnd(block: Node): boolean {
  const node = block as AnyNode;
  return node.type === "BlockStatement" && node.body.some((step) => isLeaving(step));
}

function stepsOf(body: AnyNode, { loop, at }: Pick<Steps, "loop" | "at">): Steps {
  if (body.type !== "BlockStatement") return { list: [body], at, loop };
  const scope = at.scopes.get(body) ?? at.scope;
  return { list: body.body, at: { ...at, scope }, loop };
}

/** Of statements through which each round goes, the one that leaves first. */
function roundsOfSteps(steps: Steps): number | null {
  let rounds: number | null = null;
  let ways = 0;
  for (const step of steps.list) {
    if (step.type === "IfStatement" && ++ways > MAX_WAYS_OUT) break;
    if (isLeaving(step)) rounds = least(rounds, 1);
    else if (step.type === "IfStatement" && leaves(step.consequent)) {
      rounds = least(rounds, roundsUntil(step.test, { ...steps, from: step }));
    } else if (step.type === "TryStatement" && step.handler && leavesAtEnd(step.block)) {
      // Either what is tried leaves, or what is done after it failed.
      const { handler } = step;
      const scope = steps.at.scopes.get(handler) ?? steps.at.scope;
      const inside = stepsOf(handler.body, { ...steps, at: { ...steps.at, scope } });
      rounds = least(rounds, roundsOfSteps(inside));
    }
  }
  return rounds;
}

function isLeaving({ type, ...rest }: AnyNode): boolean {
  if (type === "BreakStatement") return !(rest as { label?: Node | null }).label;
  return type === "ReturnStatement" || type === "ThrowStatement";
}

function leaves(node: AnyNode): boolean {
  return isLeaving(node) || leavesAtEnd(node);
}

/** `if (++tries >= 3) break;` */
function roundsUntil(
  test: Node,
  steps: Steps & { readonly from: AnyNode },
  depth = 0,
): number | null {
  const any = test as AnyNode;
  if (any.type === "LogicalExpression" && any.operator === "||" && depth < MAX_WAYS_OUT) {
    return least(
      roundsUntil(any.left, steps, depth + 1),
      roundsUntil(any.right, steps, depth + 1),
    );
  }
  if (any.type !== "BinaryExpression") return null;
  const extra = { ">=": 0, ">": 1 }[any.operator as string];
  const count = counterOf(any.left as AnyNode, steps);
  const most = numberOf(any.right, steps.at);
  if (extra === undefined || count === null || most === null) return null;
  const rounds = most - count.start + extra + (count.isBefore ? 0 : 1);
  return Math.max(1, Math.ceil(rounds));
}

/** `while (tries < 3)` with `tries++` in each round, and `while (tries++ < 3)`. */
function roundsOfTest(loop: Loop, at: LoopContext): number | null {
  if (loop.type !== "WhileStatement" && loop.type !== "DoWhileStatement") return null;
  const test = loop.test as AnyNode;
  if (test.type !== "BinaryExpression") return null;
  const extra = { "<": 0, "<=": 1 }[test.operator as string];
  const steps = stepsOf(loop.body as AnyNode, { loop, at });
  const count = counterOf(test.left as AnyNode, { ...steps, at, from: undefined });
  const most = numberOf(test.right, at);
  if (extra === undefined || count === null || most === null) return null;
  const isDone = loop.type === "DoWhileStatement" ? 1 : 0;
  return Math.max(0, Math.ceil(most - count.start + extra)) + isDone;
}

/** A variable that grows by one in each round, and by nothing else. */
function counterOf(
  node: AnyNode,
  { list, at, loop, from }: Steps & { readonly from: AnyNode | undefined },
): { readonly start: number; readonly isBefore: boolean } | null {
  const update = isIncrement(node) ? node : undefined;
  const named = (update?.argument ?? node) as AnyNode;
  if (named.type !== "Identifier") return null;
  const binding = findBinding(named.name, at.scope);
  // The first value, and the one change that the loop makes.
  if (binding?.assignments !== 2 || !binding.value) return null;
  const { value } = binding;
  const init = loop.type === "ForStatement" ? loop.init : undefined;
  const isOfLoop = init && value.start >= init.start && value.end <= init.end;
  if (value.end > loop.start && !isOfLoop) return null;
  const start = numberOf(value, at);
  if (start === null) return null;
  if (update !== undefined) return { start, isBefore: update.prefix };
  const isOfName = (step: AnyNode | null | undefined) =>
    step && isIncrement(step) && (step.argument as AnyNode & { name?: string }).name === named.name;
  if (loop.type === "ForStatement" && isOfName(loop.update as AnyNode)) {
    return { start, isBefore: false };
  }
  const place = list.findIndex((step) =>
    step.type === "ExpressionStatement" && isOfName(step.expression as AnyNode)
  );
  if (place < 0) return null;
  return { start, isBefore: from !== undefined && place < list.indexOf(from) };
}

function isIncrement(node: AnyNode): node is Extract<AnyNode, { type: "UpdateExpression" }> {
  return node.type === "UpdateExpression" && node.operator === "++";
}

function least(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
