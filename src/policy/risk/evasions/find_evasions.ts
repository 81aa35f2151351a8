import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../../program/program.ts";
import type { Meanings } from "../meanings.ts";
import { isFunction, type Place, type Scope, type Scopes, walkTree } from "../scopes.ts";
import { findConstructorKeys, type IsConstructorKey } from "./constructor_keys.ts";
import { judgeAssignment, judgeCall, judgeProperty } from "./judge_calls.ts";
import { judgeMember, judgeName } from "./judge_names.ts";
import type { AddEvasion, Evasion } from "../program_facts.ts";
import { UNKNOWN } from "../constants.ts";

const MANGLED = /^_0x[0-9a-f]{2,}$/i;
const MANY_MANGLED = 3;

/** Finds what a module does to the language itself. Neither strings nor comments are looked into. */
export function findEvasions(
  module: ProgramModule,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): Evasion[] {
  const evasions: Evasion[] = [];
  const mangled = new Map<string, Node>();
  const add: AddEvasion = (kind, node, detail) => evasions.push({ kind, module, node, detail });
  for (const node of module.computed) add("computes_an_import", node, "import(…)");
  const isConstructorKey = findConstructorKeys(module.tree, { scopes, meanings });
  walkTree(module.tree, scopes, (place) => {
    const { node } = place;
    if (node.type === "Identifier" && MANGLED.test(node.name)) mangled.set(node.name, node);
    judge(place, { meanings, isConstructorKey, add });
  });
  for (const loop of findEndless(module.tree, { scopes, meanings })) {
    add("loops_without_end", loop, "nothing in it leaves the loop");
  }
  const [first] = mangled;
  if (mangled.size >= MANY_MANGLED) {
    add("hides_what_it_does", first![1], `names such as ${first![0]}`);
  }
  return evasions;
}

function judge(
  place: Place,
  { meanings, isConstructorKey, add }: {
    meanings: Meanings;
    isConstructorKey: IsConstructorKey;
    add: AddEvasion;
  },
): void {
  const { node } = place;
  switch (node.type) {
    case "Identifier":
      return judgeName(node.name, { place, add });
    case "MemberExpression":
      return judgeMember(place, { meanings, isConstructorKey, add });
    case "CallExpression":
    case "NewExpression":
      return judgeCall(node, { scope: place.scope, meanings, add });
    case "Property":
    case "PropertyDefinition":
      return judgeProperty(place, { meanings, add });
    case "AssignmentExpression":
      return judgeAssignment(node, { scope: place.scope, meanings, add });
  }
}

/** A loop or a switch, within its function. */
interface Leavable {
  readonly node: AnyNode;
  readonly scope: Scope;
  readonly outer: Leavable | undefined;
  /** Whether something in it leaves it, and whether that leaves all that is around it too. */
  isLeft: boolean;
  isLeftWhole: boolean;
}

/** Finds each `while (true)` and `for (;;)` that nothing leaves. */
function findEndless(
  tree: Node,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): Node[] {
  const around = new Map<Place, Leavable | undefined>();
  const found: Leavable[] = [];
  walkTree(tree, scopes, (place) => {
    const { node, parent, scope } = place;
    const outer = parent && around.get(parent);
    noteLeaving(node, outer);
    const inside = leavableAt(node, { outer, scope });
    if (inside !== undefined && inside !== outer) found.push(inside);
    around.set(place, inside);
  });
  return found.filter((loop) => isEndless(loop, meanings)).map(({ node }) => node);
}

function leavableAt(
  node: AnyNode,
  { outer, scope }: { outer: Leavable | undefined; scope: Scope },
): Leavable | undefined {
  if (isFunction(node) || node.type === "StaticBlock") return undefined;
  if (!/^(For|ForOf|ForIn|While|DoWhile|Switch)Statement$/.test(node.type)) return outer;
  return { node, scope, outer, isLeft: false, isLeftWhole: false };
}

function noteLeaving(node: AnyNode, inside: Leavable | undefined): void {
  if (inside === undefined) return;
  if (node.type === "BreakStatement" && !node.label) {
    inside.isLeft = true;
    return;
  }
  const leavesAll = node.type === "ReturnStatement" || node.type === "ThrowStatement" ||
    node.type === "YieldExpression" || node.type === "BreakStatement" ||
    (node.type === "ContinueStatement" && node.label);
  if (!leavesAll) return;
  // What is around one that is left whole was told before.
  for (let at: Leavable | undefined = inside; at && !at.isLeftWhole; at = at.outer) {
    at.isLeftWhole = true;
  }
}

function isEndless({ node, scope, isLeft, isLeftWhole }: Leavable, meanings: Meanings): boolean {
  const isLoop = node.type === "WhileStatement" || node.type === "DoWhileStatement" ||
    node.type === "ForStatement";
  if (!isLoop || isLeft || isLeftWhole) return false;
  if (!node.test) return true;
  const test = meanings.valueOf(node.test, scope);
  return test !== UNKNOWN && Boolean(test);
}
