import type {
  CallExpression,
  Expression,
  Identifier,
  MemberExpression,
  ModuleDeclaration,
  Statement,
} from "acorn";
import type { Position } from "../model/errors.ts";
import type { Capability } from "../model/capability.ts";
import { literalValue, NOT_LITERAL } from "./literal_value.ts";
import { positionOf } from "./parse_module.ts";
import { literal } from "./read_imports.ts";
import type { ProgramModule } from "./program_module.ts";
import type { Program } from "./read_program.ts";

/** A program that is one call of a tool and gives back what the tool answers, as it is. */
export interface SingleCall extends Capability {
  /** As they stand in the program. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Where the program calls it, in the author's text. */
  readonly position: Position;
  /** Whether the answer is the program's value, or what it logs. */
  readonly gives: "value" | "log";
}

/** What is read of a program. */
export type ReadProgram = Pick<Program, "modules" | "wrappers" | "capabilities">;

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
      const name = specifier.type === "ImportSpecifier" ? nameOf(specifier.imported) : undefined;
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

function nameOf(node: { type: string; name?: string }): string | undefined {
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
