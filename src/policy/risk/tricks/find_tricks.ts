import type { Node } from "acorn";
import type { ProgramModule } from "../../../program/program.ts";
import type { Meanings } from "../meaning/meanings.ts";
import type { Scopes } from "../scopes.ts";
import { type Place, walkTree } from "../walk_tree.ts";
import { findConstructorKeys, type IsConstructorKey } from "./find_constructor_keys.ts";
import { findEndless } from "./find_endless.ts";
import { judgeAssignment } from "./judge_assignment.ts";
import { judgeCall } from "./judge_call.ts";
import { judgeMember } from "./judge_member.ts";
import { judgeName } from "./judge_name.ts";
import { judgeProperty } from "./judge_property.ts";
import type { AddTrick, Trick } from "./trick.ts";

const MANGLED = /^_0x[0-9a-f]{2,}$/i;
const MANY_MANGLED = 3;

/** Finds what a module does to the language itself. Neither strings nor comments are looked into. */
export function findTricks(
  module: ProgramModule,
  { scopes, meanings }: { scopes: Scopes; meanings: Meanings },
): Trick[] {
  const tricks: Trick[] = [];
  const mangled = new Map<string, Node>();
  const add: AddTrick = (kind, node, detail) => tricks.push({ kind, module, node, detail });
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
  return tricks;
}

function judge(
  place: Place,
  { meanings, isConstructorKey, add }: {
    meanings: Meanings;
    isConstructorKey: IsConstructorKey;
    add: AddTrick;
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
