import { type Program, type Token, tokTypes } from "acorn";
import { parseProgram } from "./program_parser.ts";
import { MAX_NESTED } from "./visit_nodes.ts";
import { applyEdits, blanksFor, type TextEdit } from "./text_edits.ts";

/** A text of JavaScript, read. */
export interface ParsedText {
  readonly tree: Program;
  /**
   * The text of its tokens, each where it stood: between them there are blanks and line feeds, whatever
   * stood there. So no comment is left that another reader could take for code or for a directive.
   */
  readonly js: string;
  /** Whether TypeScript may read type arguments where JavaScript reads comparisons. */
  readonly isAmbiguous: boolean;
}

/** Reads a text; what acorn throws is thrown. */
export function parseText(text: string): ParsedText {
  const edits: TextEdit[] = [];
  const angles = new AngleWatch();
  let end = 0;
  let open = 0;
  const tree = parseProgram(text, {
    onToken(token) {
      const breaks = token.start > end && noteGap(text, { start: end, end: token.start, edits });
      angles.see(token, breaks);
      if (OPENING.has(token.type)) open++;
      else if (CLOSING.has(token.type)) open--;
      if (open > MAX_NESTED) throw new RangeError("Cannot parse text: it is nested too deeply");
      end = token.end;
    },
  });
  noteGap(text, { start: end, end: text.length, edits });
  return { tree, js: applyEdits(text, edits), isAmbiguous: angles.areAmbiguous };
}

const OPENING = new Set([
  tokTypes.parenL,
  tokTypes.bracketL,
  tokTypes.braceL,
  tokTypes.dollarBraceL,
]);
const CLOSING = new Set([tokTypes.parenR, tokTypes.bracketR, tokTypes.braceR]);

const SPACE = 0x20;
const LINE_FEED = 0x0a;

/** Notes what stands between two tokens and is neither blank nor line feed; tells of a line's end. */
function noteGap(
  text: string,
  { start, end, edits }: { start: number; end: number; edits: TextEdit[] },
): boolean {
  let breaks = false;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) breaks = true;
    else if (code !== SPACE) {
      const blanks = blanksFor(text.slice(start, end));
      edits.push({ start, end, text: blanks });
      return blanks.includes("\n");
    }
  }
  return breaks;
}

/** Watches for `f<T>(x)`, a call to TypeScript and two comparisons to JavaScript. */
class AngleWatch {
  areAmbiguous = false;
  #hasOpened = false;
  #hasClosed = false;

  see({ type, value }: Token & { value?: unknown }, breaks: boolean): void {
    if (this.#hasClosed && (breaks || FOLLOWS.has(type) || isOperatorOfTypes(value))) {
      this.areAmbiguous = true;
    }
    const isAngle = type === tokTypes.relational || type === tokTypes.bitShift;
    const angle = isAngle ? String(value) : "";
    this.#hasClosed = this.#hasOpened && angle.startsWith(">") && !angle.endsWith("=");
    this.#hasOpened ||= angle === "<" || angle === "<<";
  }
}

const FOLLOWS = new Set([tokTypes.parenL, tokTypes.backQuote, tokTypes.regexp]);

function isOperatorOfTypes(value: unknown): boolean {
  return value === "as" || value === "satisfies";
}
