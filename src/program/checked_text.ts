import type { ProgramModule } from "./program_module.ts";
import { applyEdits, type TextEdit } from "./text_edits.ts";

/**
 * A program's text as the compiler checks it, of the same length. To TypeScript a module has no
 * `return`, and what stands behind one is not looked at; what is thrown is, and ends the program too.
 */
export function checkedText(source: string, { facts, toSource }: ProgramModule): string {
  const lines = lineStarts(source);
  const edits = new Map<number, TextEdit>();
  for (const { argument, loc } of facts.returns) {
    if (!argument || !loc) continue;
    const { line, column } = toSource({ line: loc.start.line, column: loc.start.column + 1 });
    const start = (lines[line - 1] ?? NaN) + column - 1;
    if (!source.startsWith(RETURN, start)) continue;
    // Several places of what was generated may come from one.
    edits.set(start, { start, end: start + RETURN.length, text: THROW });
  }
  return applyEdits(source, [...edits.values()]);
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
