import { multiply, ONCE } from "../program_facts.ts";
import { type At, callablesOf, loopContext, type Reader } from "./callables_of.ts";
import type { DataflowState, ModuleView } from "./dataflow_state.ts";
import type { AnyNode, Node } from "acorn";
import { leavesAtEnd, repeatOfLoop } from "../loop_repeats.ts";
import { childrenOf, type FunctionNode, isFunction } from "../scopes.ts";
import { assign, defineFunction } from "./assign.ts";
import { readCall } from "./read_call.ts";
import {
  readDefaultExport,
  readMember,
  readName,
  readNamedExport,
  readProperty,
} from "./read_names.ts";

/** Goes once through a module, with what is known so far, and learns from it. */
export function readModule(view: ModuleView, knowledge: DataflowState): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const { imports, callables } of scope.bindings.values()) {
    for (const { exports, name } of imports ?? []) {
      const fact = exports.get(name);
      if (fact !== undefined) knowledge.learn(callables, fact);
    }
  }
  const at: At = { view, scope, from: view.top, repeat: ONCE, knowledge, reader: SYNTAX_READER };
  at.reader.readAll(view.module.tree.body, at);
}

/** Reads every kind of syntax, as if every branch were taken. */
const SYNTAX_READER: Reader = { read, readAll, readValue };

function read(node: Node, at: At): number {
  at.knowledge.step(1);
  const any = node as AnyNode;
  switch (any.type) {
    case "Literal":
    case "ThisExpression":
      return 0;
    case "Identifier":
      return readName(any, at);
    case "MemberExpression":
      return readMember(any, at);
    case "CallExpression":
    case "NewExpression":
      return readCall(any, at);
    case "AssignmentExpression":
      return readAssignment(any, at);
    case "UpdateExpression":
      if (any.argument.type === "Identifier") {
        at.knowledge.countAssignment(any.argument.name, at.scope);
      }
      return 0;
    case "BinaryExpression": {
      const sources = readAll([any.left, any.right], at);
      return /^([<>]=?|[!=]==?|in|instanceof)$/.test(any.operator) ? 0 : sources;
    }
    case "UnaryExpression":
      read(any.argument, at);
      return 0;
    case "ConditionalExpression":
      read(any.test, at);
      return readValue(any.consequent, at) | readValue(any.alternate, at);
    case "SequenceExpression":
      return any.expressions.map((item) => read(item, at)).at(-1) ?? 0;
    default:
      return readStatement(any, at);
  }
}

function readStatement(node: AnyNode, at: At): number {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return readFunction(node, at);
    case "ReturnStatement":
    case "YieldExpression":
      if (node.argument) at.knowledge.addReturned(at.from, read(node.argument, at));
      return 0;
    case "VariableDeclaration":
      for (const { id, init } of node.declarations) {
        if (init) assign(id, { sources: readValue(init, at), value: init, at });
      }
      return 0;
    case "ForStatement":
    case "ForOfStatement":
    case "ForInStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      readLoop(node, at);
      return 0;
    case "Property":
      if (node.computed) read(node.key, at);
      return readProperty(node, at);
    case "MethodDefinition":
    case "PropertyDefinition":
      return readProperty(node, at);
    case "ImportDeclaration":
    case "ExportAllDeclaration":
      return 0;
    case "ExportNamedDeclaration":
      readNamedExport(node, at);
      return 0;
    case "ExportDefaultDeclaration":
      return readDefaultExport(node, at);
    case "CatchClause": {
      const scope = at.view.scopes.get(node)!;
      if (node.param) assign(node.param, { sources: 0, at: { ...at, scope } });
      return readBlock(node, at);
    }
    default:
      return readBlock(node, at);
  }
}

function readBlock(node: AnyNode, at: At): number {
  const scope = at.view.scopes.get(node) ?? at.scope;
  return readAll(childrenOf(node), { ...at, ...leavingLoop(node, at), scope });
}

/** What stands in a block that ends its loop happens once, but for what is tried again. */
function leavingLoop(node: AnyNode, { ofLoop, repeat }: At): Pick<At, "repeat" | "ofLoop"> {
  const isOther = node.type === "TryStatement" || node.type === "SwitchStatement" ||
    node.type === "LabeledStatement" || node.type === "StaticBlock";
  if (isOther) return { repeat, ofLoop: undefined };
  const isLast = ofLoop !== undefined && leavesAtEnd(node);
  return { repeat: isLast ? { ...ofLoop, over: ofLoop.over ?? repeat.over } : repeat, ofLoop };
}

function readAll(nodes: readonly Node[], at: At): number {
  let sources = 0;
  for (const node of nodes) sources |= read(node, at);
  return sources;
}

function readAssignment(
  { left, right, operator }: Extract<AnyNode, { type: "AssignmentExpression" }>,
  at: At,
): number {
  const own = readValue(right, at);
  const sources = own | (operator === "=" ? 0 : read(left, at));
  assign(left, { sources, value: right, at });
  return sources;
}

function readValue(node: Node, at: At): number {
  const any = node as AnyNode;
  if (isFunction(any)) return defineFunction(any, at).returns;
  const isReference = any.type === "Identifier" || any.type === "MemberExpression";
  if (isReference && callablesOf(any, at).size > 0) return 0;
  if (any.type === "Identifier" && at.knowledge.find(any.name, at.scope)?.namespace) return 0;
  return read(any, at);
}

/** A loop: what stands in its body happens as often as it goes round. */
function readLoop(node: AnyNode, outer: At): void {
  const { reader } = outer;
  const at = { ...outer, scope: outer.view.scopes.get(node) ?? outer.scope };
  const inside = {
    ...at,
    repeat: multiply(outer.repeat, repeatOfLoop(node, loopContext(at))),
    ofLoop: outer.view.continued.has(node) ? undefined : outer.repeat,
  };
  if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
    const sources = reader.read(node.right, at);
    const { left } = node;
    const target = left.type === "VariableDeclaration" ? left.declarations[0]!.id : left;
    assign(target, { sources, at: inside });
    reader.read(node.body, inside);
  } else if (node.type === "ForStatement") {
    if (node.init) reader.read(node.init, at);
    for (const part of [node.test, node.update, node.body]) if (part) reader.read(part, inside);
  } else {
    reader.readAll(childrenOf(node), inside);
  }
}

/** A function that stands where nothing is known of who calls it. */
function readFunction(node: FunctionNode, at: At): number {
  const { knowledge, scope, from } = at;
  const fact = defineFunction(node, at);
  if (node.type !== "FunctionDeclaration") knowledge.addEscape(fact, { node, from });
  else if (node.id) {
    const binding = knowledge.find(node.id.name, scope);
    if (binding !== undefined) knowledge.learn(binding.callables, fact);
  }
  return fact.returns;
}
