import type {
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  ModuleDeclaration,
  Property,
  SpreadElement,
  Statement,
} from "acorn";
import type { Capability } from "../model/tool.ts";
import { positionOf } from "./parse_module.ts";
import { literal } from "./tree_facts.ts";
import type { Program, ProgramModule, SingleCall } from "./program.ts";

/** What is read of a program. */
type ReadProgram = Pick<Program, "modules" | "wrappers" | "capabilities">;

/**
 * Reads from its syntax tree that a program is in truth one call, with arguments that stand in its
 * text; undefined where it does anything else, or may.
 */
export function readSingleCall(program: ReadProgram): SingleCall | undefined {
  const [own, ...others] = program.modules;
  if (own === undefined || others.length > 0 || own.computed.length > 0) return undefined;
  if (program.capabilities.length !== 1) return undefined;
  const callees = calleesOf(own, program);
  const given = callees && givenBy(statementsOf(own), callees);
  const called = given && readCall(given.call, { callees, own });
  return called && { ...called, gives: given.gives };
}

/** What a local name stands for: a tool, `callTool`, or a module of either. */
type Callee =
  | { readonly kind: "tool"; readonly tool: Capability }
  | { readonly kind: "callTool" }
  | { readonly kind: "namespace"; readonly members: ReadonlyMap<string, Callee> };

type Callees = ReadonlyMap<string, Callee>;

const CALL_TOOL: Callees = new Map([["callTool", { kind: "callTool" }]]);

/** Undefined where anything is imported that is none of them. */
function calleesOf({ imports }: ProgramModule, { wrappers }: ReadProgram): Callees | undefined {
  const callees = new Map<string, Callee>();
  for (const { form, node, target } of imports) {
    if (form !== "import") return undefined;
    const isServer = target.kind === "server" || target.kind === "tool";
    if (!isServer && target.kind !== "airlock") return undefined;
    const members: Callees = isServer
      ? new Map(
        (wrappers.get(target.folder) ?? [])
          .filter(({ file }) => target.kind === "server" || file === target.file)
          .map(({ exportName, server, tool }) => [
            exportName,
            { kind: "tool", tool: { server, tool } },
          ]),
      )
      : CALL_TOOL;
    for (const specifier of node.specifiers) {
      const isWhole = specifier.type === "ImportNamespaceSpecifier";
      const name = specifier.type === "ImportSpecifier"
        ? plainNameOf(specifier.imported)
        : undefined;
      const callee = isWhole
        ? { kind: "namespace", members } as const
        : name === undefined
        ? undefined
        : members.get(name);
      if (callee !== undefined) callees.set(specifier.local.name, callee);
      // It would hide what the rules below go by.
      if (specifier.local.name === "console") return undefined;
    }
  }
  return callees;
}

function plainNameOf(node: { type: string; name?: string }): string | undefined {
  return node.type === "Identifier" ? node.name : undefined;
}

type ProgramStatement = Statement | ModuleDeclaration;

function statementsOf({ tree }: ProgramModule): ProgramStatement[] {
  return tree.body.filter(({ type }) => type !== "ImportDeclaration" && type !== "EmptyStatement");
}

/** The call whose answer the statements give back, and how. */
function givenBy(
  statements: readonly ProgramStatement[],
  callees: Callees,
): { call: CallExpression; gives: SingleCall["gives"] } | undefined {
  if (statements.length > 2) return undefined;
  const last = statements.at(-1);
  const end = last && endOf(last);
  if (end === undefined) return undefined;
  const kept = statements.length === 2 ? keptBy(statements[0]!, callees) : undefined;
  if (statements.length === 2 && kept === undefined) return undefined;
  const value = kept !== undefined && isNamed(end.expression, kept.name)
    ? kept.expression
    : kept === undefined
    ? end.expression
    : undefined;
  if (value === undefined) return undefined;
  // What is logged without being waited for is a promise.
  if (end.gives === "log" && value.type !== "AwaitExpression") return undefined;
  const call = value.type === "AwaitExpression" ? value.argument : value;
  return call.type === "CallExpression" ? { call, gives: end.gives } : undefined;
}

function isNamed(node: Expression, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

/** `return …`, `export default …` or `console.log(…)`, and nothing else. */
function endOf(
  statement: ProgramStatement,
): { expression: Expression; gives: SingleCall["gives"] } | undefined {
  if (statement.type === "ReturnStatement" && statement.argument) {
    return { expression: statement.argument, gives: "value" };
  }
  if (statement.type === "ExportDefaultDeclaration") {
    const { declaration } = statement;
    const isCode = declaration.type === "FunctionDeclaration" ||
      declaration.type === "ClassDeclaration";
    return isCode ? undefined : { expression: declaration as Expression, gives: "value" };
  }
  if (statement.type !== "ExpressionStatement") return undefined;
  const { expression } = statement;
  if (expression.type !== "CallExpression" || expression.optional) return undefined;
  const [first, ...more] = expression.arguments;
  if (first === undefined || first.type === "SpreadElement" || more.length > 0) return undefined;
  return isMember(expression.callee as Expression, "console", "log")
    ? { expression: first, gives: "log" }
    : undefined;
}

/** `const name = …`, where the name hides nothing. */
function keptBy(
  statement: ProgramStatement,
  callees: Callees,
): { name: string; expression: Expression } | undefined {
  if (statement.type !== "VariableDeclaration" || statement.declarations.length !== 1) {
    return undefined;
  }
  const { id, init } = statement.declarations[0]!;
  if (id.type !== "Identifier" || !init || id.name === "console" || callees.has(id.name)) {
    return undefined;
  }
  return { name: id.name, expression: init };
}

function isMember(callee: Expression, object: string, property: string): boolean {
  if (callee.type !== "MemberExpression" || callee.computed || callee.optional) return false;
  return isNamed(callee.object as Expression, object) &&
    isNamed(callee.property as Expression, property);
}

function readCall(
  { callee, arguments: given, optional }: CallExpression,
  { callees, own }: { callees: Callees; own: ProgramModule },
): Omit<SingleCall, "gives"> | undefined {
  const found = optional ? undefined : calleeOf(callee as Expression, callees);
  if (found === undefined || given.some(({ type }) => type === "SpreadElement")) return undefined;
  const words = found.callee.kind === "callTool" ? given.slice(0, 2) : [];
  const [server, tool] = words.map((word) => literal(word as Expression));
  const capability = found.callee.kind === "tool"
    ? found.callee.tool
    : server !== undefined && tool !== undefined
    ? { server, tool }
    : undefined;
  const [input, ...more] = given.slice(words.length);
  if (capability === undefined || more.length > 0) return undefined;
  const args = input === undefined ? {} : literalValue(input as Expression);
  if (args === NOT_LITERAL || typeof args !== "object" || args === null || Array.isArray(args)) {
    return undefined;
  }
  return { ...capability, arguments: args, position: positionOf(found.at, own) };
}

/** What is called, and where an error says that it was called. */
function calleeOf(
  node: Expression,
  callees: Callees,
): { callee: Callee; at: Identifier } | undefined {
  if (node.type === "Identifier") {
    const callee = callees.get(node.name);
    return callee && { callee, at: node };
  }
  if (node.type !== "MemberExpression" || node.computed || node.optional) return undefined;
  const { object, property } = node as MemberExpression;
  const whole = object.type === "Identifier" ? callees.get(object.name) : undefined;
  if (whole?.kind !== "namespace" || property.type !== "Identifier") return undefined;
  const callee = whole.members.get(property.name);
  return callee && { callee, at: property };
}

/** Honest arguments are not nested deeper. */
const MAX_DEPTH = 64;

/** What an expression is not, whose value only running it would tell. */
const NOT_LITERAL = Symbol("not literal");

/** A value as it stands in a program's text. */
type LiteralValue =
  | string
  | number
  | boolean
  | null
  | LiteralValue[]
  | { [key: string]: LiteralValue };

/** The value of an expression that is JSON, written as a literal; nothing of it is run. */
function literalValue(node: Expression, depth = 0): LiteralValue | typeof NOT_LITERAL {
  const text = literal(node);
  if (text !== undefined) return text;
  if (depth > MAX_DEPTH) return NOT_LITERAL;
  switch (node.type) {
    case "Literal":
      return plain(node.value);
    case "UnaryExpression": {
      const value = node.operator === "-" ? literalValue(node.argument, depth + 1) : NOT_LITERAL;
      return typeof value === "number" ? -value : NOT_LITERAL;
    }
    case "ArrayExpression":
      return list(node.elements, depth);
    case "ObjectExpression":
      return record(node.properties, depth);
    default:
      return NOT_LITERAL;
  }
}

function plain(value: unknown): LiteralValue | typeof NOT_LITERAL {
  if (value === null || typeof value === "boolean") return value;
  return typeof value === "number" && Number.isFinite(value) ? value : NOT_LITERAL;
}

function list(
  elements: readonly (Expression | SpreadElement | null)[],
  depth: number,
): LiteralValue[] | typeof NOT_LITERAL {
  const values: LiteralValue[] = [];
  for (const element of elements) {
    if (element === null || element.type === "SpreadElement") return NOT_LITERAL;
    const value = literalValue(element, depth + 1);
    if (value === NOT_LITERAL) return NOT_LITERAL;
    values.push(value);
  }
  return values;
}

function record(
  properties: readonly (Property | SpreadElement)[],
  depth: number,
): { [key: string]: LiteralValue } | typeof NOT_LITERAL {
  const values: { [key: string]: LiteralValue } = {};
  for (const property of properties) {
    const key = property.type === "Property" ? keyOf(property) : undefined;
    if (key === undefined) return NOT_LITERAL;
    const value = literalValue((property as Property).value, depth + 1);
    if (value === NOT_LITERAL) return NOT_LITERAL;
    values[key] = value;
  }
  return values;
}

/** Undefined for what is no plain field: a method, a computed name, or the object's prototype. */
function keyOf({ kind, method, computed, shorthand, key }: Property): string | undefined {
  if (kind !== "init" || method || computed || shorthand) return undefined;
  const name = key.type === "Identifier"
    ? key.name
    : key.type === "Literal" && key.value !== null && typeof key.value !== "bigint"
    ? String(key.value)
    : undefined;
  return name === "__proto__" ? undefined : name;
}
