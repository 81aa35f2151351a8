import type { Program, Statement } from "acorn";
import type { ParsedModule } from "./parse_module.ts";

type Node = Program["body"][number];

/** Says of a program that only declares functions, or is one, why nothing of it runs. */
export function findSilentEnd({ tree, facts }: ParsedModule): string | undefined {
  const body = tree.body.filter(({ type }) =>
    type !== "ImportDeclaration" && type !== "EmptyStatement"
  );
  if (body.length === 0 || facts.returns.length > 0) return undefined;
  const named: string[] = [];
  let isFunction = false;
  for (const node of body) {
    if (isBareFunction(node)) isFunction = true;
    else {
      const names = namesOfFunctions(node);
      if (names === undefined) return undefined;
      named.push(...names);
    }
  }
  if (isFunction) {
    return "The program is a function that nobody calls, so nothing ran: write its body as the " +
      "program, or export it by default";
  }
  const last = named.at(-1);
  return last === undefined
    ? undefined
    : `The program only declares functions and calls none, so nothing ran: end it by ` +
      `"return await ${last}();"`;
}

function isBareFunction(node: Node): boolean {
  return node.type === "ExpressionStatement" && isFunctionValue(node.expression);
}

/** Undefined where the node does more than to declare functions. */
function namesOfFunctions(node: Node): string[] | undefined {
  if (node.type === "FunctionDeclaration") return [node.id.name];
  if (node.type !== "VariableDeclaration") return undefined;
  const names: string[] = [];
  for (
    const { id, init } of (node as Extract<Statement, { type: "VariableDeclaration" }>).declarations
  ) {
    if (id.type !== "Identifier") return undefined;
    if (init && isFunctionValue(init)) names.push(id.name);
    else if (init && init.type !== "Literal") return undefined;
  }
  return names;
}

function isFunctionValue({ type }: { readonly type: string }): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression";
}
