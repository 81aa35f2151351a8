import type { AnyNode } from "acorn";
import { type Constants, foldText } from "../fold_text.ts";
import type { AddTrick } from "./trick.ts";

const TIMERS = new Set(["setTimeout", "setInterval", "setImmediate"]);

const MANY_CODES = 8;

/** A call that makes code of a text, a text of codes, or changes a prototype. */
export function judgeCall(
  node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  { constants, add }: { constants: Constants; add: AddTrick },
): void {
  const callee = node.callee as AnyNode;
  const [first] = node.arguments;
  if (callee.type === "Identifier" && TIMERS.has(callee.name) && first) {
    const isText = first.type === "TemplateLiteral" || foldText(first, constants) !== undefined;
    if (isText) add("makes_code_from_text", node, `${callee.name} of a text`);
  }
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
  const { name } = callee.property;
  const isCodes = name === "fromCharCode" || name === "fromCodePoint";
  if (isCodes && node.arguments.length >= MANY_CODES) {
    add("hides_what_it_does", node, "a text made of character codes");
  }
  const object = callee.object.type === "Identifier" ? callee.object.name : undefined;
  if (name === "setPrototypeOf" && (object === "Object" || object === "Reflect")) {
    add("changes_what_all_objects_inherit", node, `${object}.setPrototypeOf`);
  }
}
