import { recursive } from "acorn-walk";
import type { ProgramModule } from "./program_module.ts";

/**
 * A program's text as the compiler checks it, of the same length. To TypeScript a module has no
 * `return`, and what stands behind one is not looked at; what is thrown is, and ends the program too.
 */
export function checkedText(source: string, { tree, toSource }: ProgramModule): string {
  const lines = lineStarts(source);
  let text = source;
  recursive(tree, undefined, {
    Function() {
      // The returns of functions are what they should be.
    },
    ReturnStatement({ argument, loc }) {
      if (!argument || !loc) return;
      const { line, column } = toSource({ line: loc.start.line, column: loc.start.column + 1 });
      const start = (lines[line - 1] ?? NaN) + column - 1;
      if (source.slice(start, start + RETURN.length) !== RETURN) return;
      text = text.slice(0, start) + THROW + text.slice(start + RETURN.length);
    },
  });
  return text;
}

const RETURN = "return";
const THROW = "throw ";

/** Where each line begins. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
    starts.push(index + end.length);
  }
  return starts;
}
