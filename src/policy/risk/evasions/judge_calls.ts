import type { AnyNode, Node } from "acorn";
import { kindOfName } from "../data_kinds.ts";
import { type Meanings, plainName } from "../meanings.ts";
import type { Place, Scope } from "../scopes.ts";
import { judgeGlobal } from "./judge_names.ts";
import type { AddEvasion } from "../program_facts.ts";

const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);
/** What puts a property into what it is given first. */
const DEFINERS =
  /^((Object|Reflect)\.(defineProperty|setPrototypeOf)|Object\.(defineProperties|assign)|Reflect\.set)$/;

const MANY_CODES = 8;

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;

interface JudgeCallOptions {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly add: AddEvasion;
}

/** A call that makes code of a text, a text of codes, or changes a prototype. */
export function judgeCall(node: Call, { scope, meanings, add }: JudgeCallOptions): void {
  const { callee, args = [] } = meanings.plainCall(node, scope);
  const name = plainName(meanings.nameOf(callee, scope));
  const [first, second, third] = args;
  // `Reflect.get` and its kind give what a property would.
  if (node.type === "CallExpression") judgeGlobal(meanings.nameOf(node, scope), { node, add });
  if (name === undefined) return;
  if (TIMERS.has(name) && first && isText(first, { scope, meanings })) {
    add("makes_code_from_text", node, `${name} of a text`);
  }
  const isCodes = name === "String.fromCharCode" || name === "String.fromCodePoint";
  if (isCodes && countCodes(args, { scope, meanings }) >= MANY_CODES) {
    add("hides_what_it_does", node, "a text made of character codes");
  }
  if (!DEFINERS.test(name) || !first) return;
  if (name.endsWith("setPrototypeOf") || isPrototype(meanings.nameOf(first, scope))) {
    add("changes_what_all_objects_inherit", node, name);
  }
  const key = second && meanings.textOf(second, scope);
  if (
    name === "Reflect.set" && key !== undefined && third && kindOfName(key) === "secret" &&
    isSecretText(third, { scope, meanings })
  ) add("holds_a_secret", node, key);
}

function isText(node: Node, { scope, meanings }: Pick<JudgeCallOptions, "scope" | "meanings">) {
  return (node as AnyNode).type === "TemplateLiteral" ||
    typeof meanings.valueOf(node, scope) === "string";
}

function countCodes(
  args: readonly Node[],
  { scope, meanings }: Pick<JudgeCallOptions, "scope" | "meanings">,
): number {
  return args.reduce((sum, arg) => {
    const any = arg as AnyNode;
    if (any.type !== "SpreadElement") return sum + 1;
    const codes = meanings.valueOf(any.argument, scope);
    return sum + (Array.isArray(codes) ? codes.length : 0);
  }, 0);
}

const PROTOTYPE =
  /^(Object|Function|Array|String|Number|Boolean|RegExp|Date|Promise|Map|Set|Error)\.prototype$/;

interface JudgeAssignmentOptions {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly add: AddEvasion;
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
function isPrototype(name: string | undefined): boolean {
  return PROTOTYPE.test(plainName(name) ?? "");
}

const LEAST_SECRET = 6;

/** A secret is known by the name of what holds it, never by how it looks. */
export function judgeProperty(
  { node, parent, scope }: Place,
  { meanings, add }: { meanings: Meanings; add: AddEvasion },
): void {
  const { key, value, computed } = node as Extract<AnyNode, { type: "Property" }>;
  const name = meanings.keyOf({ property: key, computed }, scope);
  if (name === undefined) return;
  if (parent?.node.type === "ObjectPattern") {
    if (name === "constructor") {
      add("makes_code_from_text", node, "the constructor of something");
    } else if (value.type === "Identifier") {
      judgeGlobal(meanings.nameOf(value, scope), { node, add });
    }
  } else if (value && kindOfName(name) === "secret" && isSecretText(value, { scope, meanings })) {
    add("holds_a_secret", node, name);
  }
}

/** Whether it is a text that stands in the program, and long enough to be a secret. */
function isSecretText(
  node: Node,
  { scope, meanings }: { scope: Scope; meanings: Meanings },
): boolean {
  const value = meanings.valueOf(node, scope);
  return typeof value === "string" && value.length >= LEAST_SECRET;
}
