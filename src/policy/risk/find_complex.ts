import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../program/program.ts";
import { isFunction, type Scopes } from "./scopes.ts";
import { type Place, walkTree } from "./walk_tree.ts";

/** A function, or the top level of a module, with the number of ways through it. */
export interface ComplexFunction {
  readonly module: ProgramModule;
  readonly node: Node;
  /** Cyclomatic complexity: one, and one more for each decision. */
  readonly complexity: number;
}

/** The cyclomatic complexity of each function of a module, its top level first. */
export function findComplex(module: ProgramModule, scopes: Scopes): ComplexFunction[] {
  const within = new Map<Place, Node>();
  const counts = new Map<Node, number>();
  walkTree(module.tree, scopes, (place) => {
    const { node, parent } = place;
    const outer = parent === undefined ? module.tree : within.get(parent)!;
    const own = isFunction(node) || node.type === "StaticBlock" ? node : outer;
    within.set(place, own);
    if (!counts.has(own)) counts.set(own, 1);
    if (decides(node)) counts.set(own, counts.get(own)! + 1);
  });
  return [...counts].map(([node, complexity]) => ({ module, node, complexity }));
}

function decides(node: AnyNode): boolean {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "CatchClause":
    case "AssignmentPattern":
      return true;
    case "SwitchCase":
      return Boolean(node.test);
    case "AssignmentExpression":
      return node.operator === "||=" || node.operator === "&&=" || node.operator === "??=";
    case "MemberExpression":
    case "CallExpression":
      return node.optional;
    default:
      return false;
  }
}
