import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../../program/program_module.ts";
import { isEndless } from "./is_endless.ts";
import { judgeCall } from "./judge_call.ts";
import { judgeMember } from "./judge_member.ts";
import { judgeName } from "./judge_name.ts";
import { judgeProperty } from "./judge_property.ts";
import { readConstants } from "./read_constants.ts";
import type { AddTrick, Trick } from "./trick.ts";
import { walkTree } from "../walk_tree.ts";

const MANGLED = /^_0x[0-9a-f]{2,}$/i;
const MANY_MANGLED = 3;

/** Finds what a module does to the language itself. Neither strings nor comments are looked into. */
export function findTricks(module: ProgramModule): Trick[] {
  const constants = readConstants(module.tree);
  const tricks: Trick[] = [];
  const mangled = new Map<string, Node>();
  const add: AddTrick = (kind, node, detail) => tricks.push({ kind, module, node, detail });
  for (const node of module.computed) add("computes_an_import", node, "import(…)");
  walkTree(module.tree, (place) => {
    const { node } = place;
    if (node.type === "Identifier") {
      if (MANGLED.test(node.name)) mangled.set(node.name, node);
      judgeName(node.name, { place, add });
    } else if (node.type === "MemberExpression") judgeMember(place, { constants, add });
    else if (node.type === "CallExpression" || node.type === "NewExpression") {
      judgeCall(node, { constants, add });
    } else if (node.type === "Property" || node.type === "PropertyDefinition") {
      judgeProperty(place, add);
    } else if (node.type === "AssignmentExpression") judgeAssignment(node, add);
    else if (isEndless(node)) add("loops_without_end", node, "nothing in it leaves the loop");
  });
  const [first] = mangled;
  if (mangled.size >= MANY_MANGLED) {
    add("hides_what_it_does", first![1], `names such as ${first![0]}`);
  }
  return tricks;
}

function judgeAssignment(
  { left }: Extract<AnyNode, { type: "AssignmentExpression" }>,
  add: AddTrick,
): void {
  const object = left.type === "MemberExpression" ? left.object as AnyNode : undefined;
  const isPrototype = object?.type === "MemberExpression" &&
    object.property.type === "Identifier" &&
    object.property.name === "prototype" && object.object.type === "Identifier" &&
    /^(Object|Function|Array|String|Promise|Map|Set)$/.test(object.object.name);
  if (isPrototype) add("changes_what_all_objects_inherit", left, "a prototype of the language");
}
