import type { AnyNode, Node } from "acorn";
import type { LoopContext } from "../loop_sizes.ts";
import type { Callable, FunctionFact, Namespace, Repeat } from "../program_facts.ts";
import type { Scope } from "../scopes.ts";
import type { DataflowState, ModuleView } from "./dataflow_state.ts";

/** Where in a program something stands, and what it is read with. */
export interface At {
  readonly view: ModuleView;
  readonly scope: Scope;
  readonly from: FunctionFact;
  /** How often it comes to this place each time the function is called. */
  readonly repeat: Repeat;
  /** Where leaving a block means that the loop around it ends: how often it comes to that loop. */
  readonly ofLoop?: Repeat | undefined;
  readonly knowledge: DataflowState;
  readonly reader: Reader;
}

/** Reads syntax of any kind: what stands inside of something is read by this. */
export interface Reader {
  /** The sources that an expression's data may come from; of a statement, whatever. */
  read(node: Node, at: At): number;
  /** The same for several, together. */
  readAll(nodes: readonly Node[], at: At): number;
  /** An expression in a place that keeps what it may call: a variable, a property, an argument. */
  readValue(node: Node, at: At): number;
}

/** What loops of a place are read with. */
export function loopContext({ scope, view, knowledge }: At): LoopContext {
  const { module, scopes, continued } = view;
  return { scope, js: module.js, known: knowledge.sizes, scopes, continued };
}

const NONE: ReadonlySet<Callable> = new Set();

/** Deeper than people write what they call. */
const MAX_DEPTH = 256;

/** What a call of an expression may call. */
export function callablesOf(node: Node, at: At, depth = 0): ReadonlySet<Callable> {
  const any = node as AnyNode;
  if (depth > MAX_DEPTH) throw new RangeError("Cannot read program: it is nested too deeply");
  const of = (inner: Node) => callablesOf(inner, at, depth + 1);
  switch (any.type) {
    case "Identifier":
      return at.knowledge.find(any.name, at.scope)?.callables ?? NONE;
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return new Set([at.knowledge.factOf(any, at.view)]);
    case "AwaitExpression":
      return of(any.argument);
    case "ChainExpression":
      return of(any.expression);
    case "AssignmentExpression":
      return of(any.right);
    case "ConditionalExpression":
      return union(of(any.consequent), of(any.alternate));
    case "LogicalExpression":
      return union(of(any.left), of(any.right));
    case "SequenceExpression":
      return of(any.expressions.at(-1)!);
    case "MemberExpression":
      return memberCallables(any, at, of);
    case "CallExpression": {
      const { callee, arguments: [first, second] } = any;
      if (first && second && callee.type === "MemberExpression" && isReflectGet(callee, at)) {
        return memberCallables({ object: first, property: second, computed: true }, at, of);
      }
      const isBind = callee.type === "MemberExpression" && methodName(callee, at) === "bind";
      return isBind ? of(callee.object) : NONE;
    }
    default:
      return NONE;
  }
}

function memberCallables(
  node: { object: Node; property: Node; computed: boolean },
  at: At,
  of: (node: Node) => ReadonlySet<Callable>,
): ReadonlySet<Callable> {
  const { object } = node;
  const property = node.property as AnyNode;
  const name = propertyName(node, at);
  const namespace = namespaceOf(object, at);
  if (namespace !== undefined) {
    if (name === undefined) return at.knowledge.callablesIn(namespace);
    const found = namespace.exports.get(name);
    return found ? new Set([found]) : NONE;
  }
  if (name === "call" || name === "apply") return of(object);
  if (name !== undefined) return at.knowledge.methodsOf(name) ?? NONE;
  // `table[key]()`: any function that an object holds, unless it is a list of data.
  return property.type === "Literal" ? NONE : at.knowledge.anyMethod;
}

/** Whether it is `Reflect.get`, which gives what a property would. */
function isReflectGet(callee: Node, { view, scope }: Pick<At, "view" | "scope">): boolean {
  return view.meanings.nameOf(callee, scope) === "Reflect.get";
}

/** The module that an expression stands for as a whole. */
export function namespaceOf(node: Node, at: At): Namespace | undefined {
  const any = node as AnyNode;
  if (any.type === "Identifier") return at.knowledge.find(any.name, at.scope)?.namespace;
  if (any.type === "AwaitExpression") return namespaceOf(any.argument, at);
  return any.type === "ImportExpression" ? at.view.loaded?.get(any) : undefined;
}

function union(
  one: ReadonlySet<Callable>,
  other: ReadonlySet<Callable>,
): ReadonlySet<Callable> {
  if (one.size === 0) return other;
  return other.size === 0 || one === other ? one : one.union(other);
}

/** The name of a property as it always is; undefined for one that cannot be told, or is private. */
export function propertyName(
  { computed, property }: { computed: boolean; property: Node },
  { view, scope }: Pick<At, "view" | "scope">,
): string | undefined {
  if (computed) return view.meanings.textOf(property, scope);
  const node = property as AnyNode;
  return node.type === "Identifier" ? node.name : undefined;
}

/** The name of the method that a callee names; undefined where it is no method of anything. */
export function methodName(
  callee: Node,
  at: Pick<At, "view" | "scope">,
): string | undefined {
  const any = callee as AnyNode;
  return any.type === "MemberExpression" ? propertyName(any, at) : undefined;
}

/** The name of a property; what computes it is read too. */
export function readPropertyName(
  name: { computed: boolean; property: Node },
  at: At,
): string | undefined {
  if (name.computed) at.reader.read(name.property, at);
  return propertyName(name, at);
}
