import type { AnyNode, Expression, Node, SpreadElement } from "acorn";
import { literal } from "../../../program/read_imports.ts";
import { GROWING, ITERATION_METHODS, LEAVES_ALONE, ONCE_METHODS } from "../iteration_methods.ts";
import { repeatOver, shown } from "../loop_repeats.ts";
import type { Callable } from "../program_facts.ts";
import { ONCE } from "../repeat.ts";
import { type At, loopContext } from "./at.ts";
import { bindParams } from "./bind_params.ts";
import { callablesOf, namespaceOf } from "./callables_of.ts";
import { passTo } from "./pass_to.ts";
import { methodName } from "./property_name.ts";
import { readPropertyName } from "./read_property_name.ts";

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type Argument = Expression | SpreadElement;

/** A call: of a tool, of a function of the program, or of something that nothing is known of. */
export function readCall(node: Call, at: At): number {
  const { callee, arguments: args } = node;
  if (isIteration(node, at)) return readIteration(node, at);
  if (isArrayFrom(callee as AnyNode) && args[1]) return readArrayFrom(node, at);
  const callables = namedTool(node, at) ?? callablesOf(callee, at);
  return callables.size > 0 ? readKnownCall(node, { callables, at }) : readUnknownCall(node, at);
}

/** `rows.map(f)`, where it is known what is called. */
function isIteration({ callee, arguments: [first] }: Call, at: At): boolean {
  if (!ITERATION_METHODS.has(methodName(callee) ?? "") || !first) return false;
  return callablesOf(first, at).size > 0;
}

function readIteration(node: Call, at: At): number {
  const { reader } = at;
  const { object } = node.callee as Extract<AnyNode, { type: "MemberExpression" }>;
  const { items, gives } = ITERATION_METHODS.get(methodName(node.callee)!)!;
  const [first, ...others] = node.arguments as [Argument, ...Argument[]];
  const repeat = repeatOver(object, loopContext(at));
  const sources = reader.read(object, at);
  const results = reader.readValue(first, at) |
    passTo(first, { items: items.map(() => sources), repeat, node, at });
  const rest = reader.readAll(others, at);
  return { items: sources, results, both: sources | results | rest, nothing: 0 }[gives];
}

function isArrayFrom(callee: AnyNode): boolean {
  const object = objectOf(callee);
  return methodName(callee) === "from" && object?.type === "Identifier" && object.name === "Array";
}

function readArrayFrom(node: Call, at: At): number {
  const { reader } = at;
  const [items, make] = node.arguments as [Argument, Argument];
  const sources = reader.read(items, at);
  const repeat = repeatOver(node, loopContext(at));
  return reader.readValue(make, at) | passTo(make, { items: [sources], repeat, node, at });
}

/** `callTool("crm", "delete_lead", …)` of the module `airlock`. */
function namedTool(
  { callee, arguments: [server, tool] }: Call,
  { view, knowledge }: At,
): Set<Callable> | undefined {
  if (calledName(callee) === undefined || !server || !tool) return undefined;
  const isIt = view.module.imports.some(({ target }) => target.kind === "airlock");
  if (!isIt) return undefined;
  const names = [server, tool].map((item) => literal(item as Expression));
  const fact = knowledge.tools.get(JSON.stringify(names));
  return fact && new Set([fact]);
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
    else {
      bindParams(callee, { args, values: node.arguments, given: at });
      knowledge.growAll(node.arguments, scope);
      gives |= callee.returns | base;
    }
  }
  return gives;
}

function readCallee(callee: AnyNode, at: At): number {
  const object = objectOf(callee);
  if (object === undefined) return at.reader.readValue(callee, at);
  return namespaceOf(object, at) === undefined ? at.reader.readValue(object, at) : 0;
}

function readUnknownCall(node: Call, at: At): number {
  const { knowledge, reader, scope } = at;
  const { callee, arguments: args } = node;
  const method = methodName(callee);
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
  if (binding !== undefined || !LEAVES_ALONE.has(rootName ?? "")) knowledge.growAll(args, scope);
  return base | given | results | readFiles(node, { given, at });
}

/** What is written to files may be read from files. */
function readFiles({ callee }: Call, { given, at }: { given: number; at: At }): number {
  const name = calledName(callee) ?? "";
  if (/^(write|save|append)/.test(name)) at.knowledge.addField("", given);
  return /^(read|load)/.test(name) ? at.knowledge.fieldSources("") : 0;
}

/** The name that a call calls something by, be it a method's or a variable's. */
function calledName(callee: Node): string | undefined {
  const any = callee as AnyNode;
  return methodName(any) ?? (any.type === "Identifier" ? any.name : undefined);
}

function objectOf(callee: AnyNode): AnyNode | undefined {
  return callee.type === "MemberExpression" ? callee.object as AnyNode : undefined;
}
