import type { AnyNode } from "acorn";
import { kindOfName } from "../data_kinds.ts";
import { type Meanings, plainName } from "../meaning/meanings.ts";
import type { Scope } from "../scopes.ts";
import { isSecretText } from "./judge_property.ts";
import type { AddTrick } from "./trick.ts";

const PROTOTYPE =
  /^(Object|Function|Array|String|Number|Boolean|RegExp|Date|Promise|Map|Set|Error)\.prototype$/;

export interface JudgeAssignmentOptions {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly add: AddTrick;
}

/** A value that is put where all objects see it, or a secret that is put under its name. */
export function judgeAssignment(
  { left, right }: Extract<AnyNode, { type: "AssignmentExpression" }>,
  { scope, meanings, add }: JudgeAssignmentOptions,
): void {
  if (left.type !== "MemberExpression") return;
  if (isPrototype(meanings.nameOf(left.object, scope))) {
    add("changes_what_all_objects_inherit", left, "a prototype of the language");
  }
  const key = meanings.keyOf(left, scope);
  if (
    key !== undefined && kindOfName(key) === "secret" && isSecretText(right, { scope, meanings })
  ) {
    add("holds_a_secret", left, key);
  }
}

/** Whether it is what objects of the language inherit from. */
export function isPrototype(name: string | undefined): boolean {
  return PROTOTYPE.test(plainName(name) ?? "");
}
