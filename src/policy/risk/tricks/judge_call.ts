import type { AnyNode, Node } from "acorn";
import { kindOfName } from "../data_kinds.ts";
import { type Meanings, plainName } from "../meaning/meanings.ts";
import type { Scope } from "../scopes.ts";
import { isPrototype } from "./judge_assignment.ts";
import { judgeGlobal } from "./judge_global.ts";
import { isSecretText } from "./judge_property.ts";
import type { AddTrick } from "./trick.ts";

const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);
/** What puts a property into what it is given first. */
const DEFINERS =
  /^((Object|Reflect)\.(defineProperty|setPrototypeOf)|Object\.(defineProperties|assign)|Reflect\.set)$/;

const MANY_CODES = 8;

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;

export interface JudgeCallOptions {
  readonly scope: Scope;
  readonly meanings: Meanings;
  readonly add: AddTrick;
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
