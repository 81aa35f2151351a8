import type { AnyNode, Expression, Node, SpreadElement } from "acorn";
import {
  GROWING,
  ITERATION_METHODS,
  LEAVES_ALONE,
  LOOKING,
  ONCE_METHODS,
  shown,
} from "../loop_sizes.ts";
import { repeatOver } from "../loop_repeats.ts";
import { type Callable, ONCE } from "../program_facts.ts";
import {
  type At,
  callablesOf,
  loopContext,
  methodName,
  namespaceOf,
  readPropertyName,
} from "./callables_of.ts";
import { bindParams, passTo } from "./assign.ts";

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type Argument = Expression | SpreadElement;

/** A call: of a tool, of a function of the program, or of something that nothing is known of. */
export function readCall(written: Call, at: At): number {
  const node = asItComesToBe(written, at);
  const { callee, arguments: args } = node;
  if (isIteration(node, at)) return readIteration(node, at);
  if (isArrayFrom(callee as AnyNode, at) && args[1]) return readArrayFrom(node, at);
  const callables = namedTool(node, at) ?? callablesOf(callee, at);
  return callables.size > 0 ? readKnownCall(node, { callables, at }) : readUnknownCall(node, at);
}

/** `f.call(x, 1)` and `Reflect.apply(f, x, [1])` call `f` with 1. */
function asItComesToBe(node: Call, at: At): Call {
  const { view, scope } = at;
  const { callee, args } = view.meanings.plainCall(node, scope);
  if (callee === node.callee || callablesOf(callee, at).size === 0) return node;
  const before = view.plainCalls.get(node);
  if (before !== undefined) return before;
  const others = node.arguments.filter((item) => item !== callee);
  // What is spread may be any argument.
  const spread = others.map((argument) => ({ ...argument, type: "SpreadElement", argument }));
  const plain = { ...node, callee, arguments: args ?? spread } as Call;
  view.plainCalls.set(node, plain);
  return plain;
}

/** `rows.map(f)`, where it is known what is called. */
function isIteration({ callee, arguments: [first] }: Call, at: At): boolean {
  if (!ITERATION_METHODS.has(methodName(callee, at) ?? "") || !first) return false;
  return callablesOf(first, at).size > 0;
}

function readIteration(node: Call, at: At): number {
  const { reader } = at;
  const { object } = node.callee as Extract<AnyNode, { type: "MemberExpression" }>;
  const { items, gives } = ITERATION_METHODS.get(methodName(node.callee, at)!)!;
  const [first, ...others] = node.arguments as [Argument, ...Argument[]];
  const repeat = repeatOver(object, loopContext(at));
  const sources = reader.read(object, at);
  const results = reader.readValue(first, at) |
    passTo(first, { items: items.map(() => sources), repeat, node, at });
  const rest = reader.readAll(others, at);
  return { items: sources, results, both: sources | results | rest, nothing: 0 }[gives];
}

function isArrayFrom(callee: AnyNode, at: At): boolean {
  const object = objectOf(callee);
  return methodName(callee, at) === "from" && object?.type === "Identifier" &&
    object.name === "Array";
}

function readArrayFrom(node: Call, at: At): number {
  const { reader } = at;
  const [items, make] = node.arguments as [Argument, Argument];
  const sources = reader.read(items, at);
  const repeat = repeatOver(node, loopContext(at));
  return reader.readValue(make, at) | passTo(make, { items: [sources], repeat, node, at });
}

/** `callTool("crm", "delete_lead", …)` of the module `airlock`; any tool, where its name is not told. */
function namedTool(
  node: Call,
  at: At,
): ReadonlySet<Callable> | undefined {
  const { view, scope, knowledge } = at;
  const { callee, arguments: [server, tool] } = node;
  if (!view.callsByName || !server || calledName(callee, at) === undefined) return undefined;
  const told = view.named.get(node);
  if (told !== undefined) return knowledge.toolsOf(node, told);
  const names = [server, tool].map((item) => item && view.meanings.textOf(item, scope));
  if (!names.includes(undefined)) {
    const fact = knowledge.tools.get(JSON.stringify(names));
    return fact && new Set([fact]);
  }
  const binding = callee.type === "Identifier" ? knowledge.find(callee.name, scope) : undefined;
  return binding?.callsTools ? knowledge.callablesIn({ exports: knowledge.tools }) : undefined;
}

function readKnownCall(
  node: Call,
  { callables, at }: { callables: ReadonlySet<Callable>; at: At },
): number {
  const { knowledge, reader, from, repeat, scope } = at;
  const args = node.arguments.map((item) => reader.readValue(item, at));
  const base = readCallee(node.callee as AnyNode, at);
  const sources = args.reduce((sum, item) => sum | item, base);
  let gives = 0;
  for (const callee of callables) {
    knowledge.addSite({ callee, from, repeat, node, sources });
    if (callee.kind === "tool") gives |= knowledge.bits.of(callee.traits);
    else if (knowledge.isCrowd(callee)) {
      knowledge.callCrowd(node, sources);
      handOn(node.arguments, at);
      gives |= callee.returns | base;
    } else {
      bindParams(callee, { args, values: node.arguments, given: at });
      knowledge.growAll(node.arguments, scope);
      gives |= callee.returns | base;
    }
  }
  return gives;
}

/** A function that is given to an unknown callee may be called by any. */
function handOn(args: readonly Node[], at: At): void {
  const { knowledge, from, scope } = at;
  for (const node of args) {
    for (const callee of callablesOf(node, at)) knowledge.addEscape(callee, { node, from });
  }
  knowledge.growAll(args, scope);
}

function readCallee(callee: AnyNode, at: At): number {
  const object = objectOf(callee);
  if (object === undefined) return at.reader.readValue(callee, at);
  return namespaceOf(object, at) === undefined ? at.reader.readValue(object, at) : 0;
}

function readUnknownCall(node: Call, at: At): number {
  const { knowledge, reader, scope } = at;
  const { callee, arguments: args } = node;
  const method = methodName(callee, at);
  const object = objectOf(callee as AnyNode);
  const root = object ?? (callee as AnyNode);
  const rootName = root.type === "Identifier" ? root.name : undefined;
  const isOnce = ONCE_METHODS.has(method ?? rootName ?? "");
  const repeat = isOnce ? ONCE : { times: null, over: shown(callee, loopContext(at)) };
  const base = reader.readValue(object ?? callee, at);
  if (object !== undefined) {
    readPropertyName(callee as { computed: boolean; property: Node }, at);
  }
  let given = 0;
  for (const argument of args) given |= reader.readValue(argument, at);
  let results = 0;
  for (const argument of args) {
    results |= passTo(argument, { items: [base | given, given], repeat, node, at });
  }
  const binding = rootName === undefined ? undefined : knowledge.find(rootName, scope);
  if (binding !== undefined && object !== undefined) {
    knowledge.addSources(binding, given | results);
  }
  if (binding !== undefined && GROWING.has(method ?? "")) binding.grows = true;
  const isLooking = rootName === "Object" && LOOKING.has(method ?? "");
  const leavesAlone = binding === undefined && (LEAVES_ALONE.has(rootName ?? "") || isLooking);
  if (!leavesAlone) knowledge.growAll(args, scope);
  return base | given | results | readFiles(node, { given, at });
}

/** What is written to files may be read from files. */
function readFiles({ callee }: Call, { given, at }: { given: number; at: At }): number {
  const name = calledName(callee, at) ?? "";
  if (/^(write|save|append)/.test(name)) at.knowledge.addField("", given);
  return /^(read|load)/.test(name) ? at.knowledge.fieldSources("") : 0;
}

/** The name that a call calls something by, be it a method's or a variable's. */
function calledName(callee: Node, at: At): string | undefined {
  const any = callee as AnyNode;
  return methodName(any, at) ?? (any.type === "Identifier" ? any.name : undefined);
}

function objectOf(callee: AnyNode): AnyNode | undefined {
  return callee.type === "MemberExpression" ? callee.object as AnyNode : undefined;
}
