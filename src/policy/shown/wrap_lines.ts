import { visibleText } from "../../text/visible_text.ts";

export interface WrapLinesOptions {
  /** The most columns that a line takes. */
  readonly width: number;
  /** What stands before the lines: their numbers, or nothing. */
  readonly numbers?: "numbered" | "bare";
  /** What the text is. Default: a text, of which all blank lines are kept. */
  readonly blankLines?: "told" | "kept";
}

/** Begins what goes on from the line above; in no text that is shown it stands for itself. */
export const GOES_ON = "↳ ";

/** More blank lines or blanks at once are told, not shown: what comes after them would go unseen. */
const MAX_BLANK_LINES = 3;
const MANY_BLANKS = / {40,}/g;

/** All of a text as lines that fit: none is cut, each longer one goes on in the next. */
export function wrapLines(text: string, options: WrapLinesOptions): string[] {
  const { width, numbers = "bare", blankLines = "kept" } = options;
  const lines = visibleText(text).split("\n");
  const digits = numbers === "bare" ? 0 : String(lines.length).length;
  const margin = (line?: number) =>
    numbers === "bare" ? "" : `${String(line ?? "").padStart(digits)}  `;
  const room = width - margin().length;
  const wrapped: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const blank = blankLines === "kept" ? 0 : countBlank(lines, at);
    if (blank > MAX_BLANK_LINES) {
      wrapped.push(`${margin()}[${blank} blank lines]`);
      at += blank - 1;
      continue;
    }
    wrapLine(lines[at]!, room).forEach((part, index) =>
      wrapped.push(`${margin(index === 0 ? at + 1 : undefined)}${part}`)
    );
  }
  return wrapped;
}

function countBlank(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && lines[at]!.trim() === "") at++;
  return at - from;
}

/** One line, which is visible text already. */
function wrapLine(line: string, width: number): string[] {
  const plain = line.replaceAll("\t", "  ")
    .replace(MANY_BLANKS, (blanks) => ` [${blanks.length} spaces] `);
  const parts: string[] = [];
  let rest = plain;
  for (;;) {
    const room = parts.length === 0 ? width : width - GOES_ON.length;
    const end = endOfPart(rest, room);
    parts.push(`${parts.length === 0 ? "" : GOES_ON}${rest.slice(0, end)}`);
    rest = rest.slice(end);
    if (rest === "") return parts;
  }
}

/** A letter with its marks, or a sign that is written out, is not taken apart. */
const PIECE = /\\u\{[0-9a-f]{1,6}\}|[\s\S]\p{M}*/uy;

/** Where the part ends that fits: after a statement or a word in its second half, else where it must. */
function endOfPart(text: string, room: number): number {
  let columns = 0;
  let [word, statement] = [0, 0];
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text)![0];
    const size = piece.startsWith("\\u{") ? piece.length : piece > "\u02ff" ? 2 : 1;
    if (columns + size > room && at > 0) break;
    columns += size;
    at += piece.length;
    if (columns < room / 2) continue;
    if (/[;{}]/.test(piece)) statement = at;
    if (/[\s,()[\]]/.test(piece)) word = at;
  }
  return at === text.length ? at : statement || word || at;
}
