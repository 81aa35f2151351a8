import type { Node } from "acorn";
import { A_FUNCTION, plainName } from "../meaning/meanings.ts";
import { CODE_MAKERS, MACHINE } from "./names_of_the_machine.ts";
import type { AddTrick } from "./trick.ts";

/** Of `Deno`; a worker has none of them. */
const MACHINE_MEMBERS =
  /^Deno\.(Command|run|dlopen|permissions|env|exit|kill|serve|listen|connect|openKv|UnsafePointer|core|internal|\[)/;

/** Judges a global that was reached by a property, by its whole name. */
export function judgeGlobal(
  name: string | undefined,
  { node, add }: { node: Node; add: AddTrick },
): void {
  const plain = plainName(name);
  if (name === undefined || plain === undefined) return;
  if (plain === "[…]") add("hides_what_it_does", node, name);
  else if (name !== plain && CODE_MAKERS.has(plain)) add("makes_code_from_text", node, name);
  else if (name !== plain && MACHINE.has(plain)) add("reaches_for_the_machine", node, name);
  else if (MACHINE_MEMBERS.test(plain)) add("reaches_for_the_machine", node, plain);
  else if (
    plain === `${A_FUNCTION}.constructor` ||
    /^(Object|Array|String|Promise|Map|Set|Date|Error|RegExp|Number|Boolean|Symbol|Proxy)\.constructor$/
      .test(plain)
  ) {
    add("makes_code_from_text", node, "the constructor of a function");
  }
}
