import { AirlockError } from "../model/errors.ts";
import type { ProgramModule } from "./program.ts";

/** A stretch of a text, and what comes to stand there. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Makes all edits of a text at once; they may stand in any order, and none in another. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let done = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < done) throw new AirlockError("INTERNAL", "Cannot edit text: edits overlap");
    pieces.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  pieces.push(text.slice(done));
  return pieces.join("");
}

/** The edit that puts `words` at the beginning of a stretch without moving what follows it. */
export function overwrite(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  words: string,
): TextEdit {
  const blanks = blanksFor(text.slice(start, end));
  const firstLineEnd = blanks.search(/\n|$/);
  return { start, end, text: words + blanks.slice(Math.min(firstLineEnd, words.length)) };
}

/** As many blanks, and as many lines, as a stretch of text has. */
export function blanksFor(stretch: string): string {
  return stretch.replaceAll("\r\n", " \n").replaceAll(/[\r\u2028\u2029]/g, "\n")
    .replaceAll(/[^\n]/g, " ");
}

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
