import { AirlockError } from "../model/errors.ts";

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
