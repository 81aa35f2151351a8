/** What stands in the place of a value: a token, or a mark that it is withheld. */
const OPAQUE =
  /\[(?:[A-Z][A-Z0-9_]{0,63}_[1-9]\d{0,8}_[a-z0-9]{3,8}|(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?)\]/g;
const WITHHELD = /\[(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?\]/g;

/**
 * Why a text as it was masked does not show all of what it was: a part of it is withheld, or what is
 * masked of code may be more than a value: a name, an operator or a sign of the language. Undefined
 * where it shows all.
 */
export function unseenByMask(
  text: string,
  { masked, what, kind }: { masked: string; what: string; kind: "code" | "value" },
): string | undefined {
  if (masked === text) return undefined;
  if (countOf(masked) > countOf(text)) {
    return `${what} could not be shown whole: a part is withheld`;
  }
  if (kind === "value") return undefined;
  const replaced = replacedBy(text, masked);
  if (replaced === undefined) return `${what} could not be shown as it is`;
  const hidden = firstOutside(text, replaced);
  if (hidden === undefined) return undefined;
  return `${what} has a part that is masked and may be more than a value (line ${
    lineOf(text, hidden)
  })`;
}

function countOf(text: string): number {
  return text.match(WITHHELD)?.length ?? 0;
}

/**
 * The parts of a text that are masked; undefined where what is left is not found again in it. Other
 * parts may give the same masked text; then it shows as much of the one reading as of the other.
 */
function replacedBy(text: string, masked: string): Span[] | undefined {
  const replaced: Span[] = [];
  const marks = [...masked.matchAll(OPAQUE)];
  let at = 0;
  let end = 0;
  for (const [index, mark] of [undefined, ...marks].entries()) {
    const start = mark === undefined ? 0 : mark.index + mark[0].length;
    const isLast = index === marks.length;
    const part = masked.slice(start, marks[index]?.index);
    const found = index === 0
      ? 0
      : isLast
      ? Math.max(at, text.length - part.length)
      : text.indexOf(part, at);
    if (found < 0 || !text.startsWith(part, found)) return undefined;
    // A token that the author wrote stands for itself.
    if (mark !== undefined && text.slice(end, found) !== mark[0]) replaced.push([end, found]);
    at = end = found + part.length;
  }
  return end === text.length ? replaced : undefined;
}

/** Where the first of some parts begins that is not within one value or comment. */
function firstOutside(code: string, parts: readonly Span[]): number | undefined {
  const values = spansOfValues(code);
  let value = values.next();
  for (const [start, end] of parts) {
    while (!value.done && value.value[1] < end) value = values.next();
    if (value.done || start < value.value[0]) return start;
  }
  return undefined;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/).length;
}

/** Where a value or a comment stands in a program: the first sign of it and the one after the last. */
type Span = readonly [start: number, end: number];

/**
 * The strings that are values, the texts of templates, comments and numbers of TypeScript, in order.
 * What only a parser could tell, such as most beginnings of regular expressions, is not guessed: the
 * spans end there, as a wrong guess would take code for a text.
 */
function* spansOfValues(code: string): Generator<Span, void> {
  const reader = new CodeReader(code);
  for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
    if (piece.isValue) yield [piece.start, piece.end];
  }
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly isValue: boolean;
}

/** What a regular expression may follow, as nothing before it can be divided. */
const BEFORE_REGEXP = new Set(["=>", "member", ..."(,=:[{;?&|+-*%~^"]);
/** Words with a condition in brackets; what follows that is a statement. */
const CONDITIONS = new Set(["if", "while", "for", "with", "await"]);
/** Words that look like names and are no operands, or not everywhere. */
const WORDS = new Set(
  ("await yield typeof void delete in of instanceof new case do else throw return break continue " +
    "as is satisfies const keyof infer unique asserts let using default extends get set type")
    .split(" "),
);

const BLANKS = /[^\S\n\r\u2028\u2029]+/y;
const LINE_END = /[\n\r\u2028\u2029]/;
const LINE_COMMENT = /(?:\/\/|#!)[^\n\r\u2028\u2029]*/y;
const STRING =
  /"[^"\\\n\r]*(?:\\(?:\r\n|[^])[^"\\\n\r]*)*"|'[^'\\\n\r]*(?:\\(?:\r\n|[^])[^'\\\n\r]*)*'/y;
const TEMPLATE_TEXT = /[^`\\$]*(?:(?:\\[^]|\$(?!\{))[^`\\$]*)*/y;
const NUMBER = /(?:0[xob][\da-f_]+|\d[\d_]*(?:\.[\d_]+)?(?:e[+-]?\d+)?)n?/iy;
const REGEXP =
  /\/(?:[^[/\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029]|\[(?:[^\]\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*\])+\/[a-z]*/y;
const WORD = /(?:[\p{ID_Continue}$\u200c\u200d#]|\\u)+/uy;
const SIGNS = /=>|\+\+|--|\?\.(?!\d)|[^]/y;

/** Cuts a text of TypeScript into its pieces. */
class CodeReader {
  readonly #code: string;
  #at = 0;
  /** Of the piece before, as far as it decides what follows. */
  #kind = ";";
  #word = "";
  #breaks = true;
  #closedCondition = false;
  readonly #brackets: { readonly sign: string; readonly isCondition: boolean }[] = [];

  constructor(code: string) {
    this.#code = code;
  }

  /** The next piece; undefined at the end, and where it cannot be told what is next. */
  next(): Piece | undefined {
    const code = this.#code;
    const sign = code[this.#at];
    if (sign === undefined) return undefined;
    if (LINE_END.test(sign)) return this.#gap(1, { breaks: true, isValue: false });
    const blanks = this.#match(BLANKS);
    if (blanks !== undefined) return this.#gap(blanks.length, { breaks: false, isValue: false });
    if (code.startsWith("//", this.#at) || code.startsWith("#!", this.#at)) {
      return this.#lineComment();
    }
    if (code.startsWith("/*", this.#at)) return this.#blockComment();
    if (sign === '"' || sign === "'") return this.#string();
    if (sign === "`" || (sign === "}" && this.#brackets.at(-1)?.sign === "`")) {
      return this.#template();
    }
    if (sign >= "0" && sign <= "9") return this.#piece(NUMBER, { kind: "operand", isValue: true });
    if (sign === "/") return this.#slash();
    return this.#wordOrSign();
  }

  #lineComment(): Piece | undefined {
    if (this.#code[this.#at] === "#" && this.#at > 0) return undefined;
    const { length } = this.#match(LINE_COMMENT)!;
    return this.#gap(length, { breaks: false, isValue: true });
  }

  #blockComment(): Piece | undefined {
    const end = this.#code.indexOf("*/", this.#at + 2);
    if (end < 0) return undefined;
    const breaks = LINE_END.test(this.#code.slice(this.#at, end));
    return this.#gap(end + 2 - this.#at, { breaks, isValue: true });
  }

  /** A string that says which member or module is meant is more than a value. */
  #string(): Piece | undefined {
    const isName = this.#kind === "member" || this.#word === "from" || this.#word === "import";
    return this.#piece(STRING, { kind: "operand", isValue: !isName });
  }

  #template(): Piece | undefined {
    if (this.#code[this.#at] === "}") this.#brackets.pop();
    const isName = this.#kind === "member";
    const start = this.#at++;
    const { length } = this.#match(TEMPLATE_TEXT)!;
    const end = this.#at + length;
    this.#at = end;
    const opens = this.#code.startsWith("${", end);
    if (!opens && this.#code[end] !== "`") return undefined;
    if (opens) this.#brackets.push({ sign: "`", isCondition: false });
    this.#step(opens ? 2 : 1, opens ? "{" : "operand");
    return { start: start + 1, end, isValue: !isName };
  }

  #slash(): Piece | undefined {
    const kind = this.#kind;
    // Where a line begins, a statement or a type may have ended.
    if (this.#breaks) return undefined;
    if (kind === "operand" || (kind === ")" && !this.#closedCondition)) return this.#sign("/");
    if (!BEFORE_REGEXP.has(kind)) return undefined;
    return this.#piece(REGEXP, { kind: "operand", isValue: false });
  }

  #wordOrSign(): Piece | undefined {
    const start = this.#at;
    const word = this.#match(WORD);
    if (word === undefined) return this.#sign(this.#match(SIGNS)!);
    const isProperty = this.#kind === ".";
    this.#step(word.length, isProperty || !WORDS.has(word) ? "operand" : "word");
    if (!isProperty) this.#word = word;
    return { start, end: this.#at, isValue: false };
  }

  #sign(sign: string): Piece {
    const start = this.#at;
    const [kind, word] = [this.#kind, this.#word];
    if (sign === "(" || sign === "[" || sign === "{") {
      const isMember = sign === "[" && ["operand", ")", ".", "?.", "!"].includes(kind);
      this.#brackets.push({ sign, isCondition: sign === "(" && CONDITIONS.has(word) });
      this.#step(1, isMember ? "member" : sign);
      if (sign === "(" && word === "import") this.#word = word;
    } else if (sign === ")" || sign === "]" || sign === "}") {
      this.#closedCondition = this.#brackets.pop()?.isCondition === true;
      this.#step(1, sign === "]" ? "operand" : sign);
    } else this.#step(sign.length, sign === "?." ? "." : sign);
    return { start, end: this.#at, isValue: false };
  }

  #piece(
    pattern: RegExp,
    { kind, isValue }: { kind: string; isValue: boolean },
  ): Piece | undefined {
    const start = this.#at;
    const text = this.#match(pattern);
    if (text === undefined) return undefined;
    this.#step(text.length, kind);
    return { start, end: this.#at, isValue };
  }

  /** What stands between two pieces. */
  #gap(length: number, { breaks, isValue }: { breaks: boolean; isValue: boolean }): Piece {
    const start = this.#at;
    this.#at += length;
    this.#breaks ||= breaks;
    return { start, end: this.#at, isValue };
  }

  #step(length: number, kind: string): void {
    this.#at += length;
    this.#kind = kind;
    this.#word = "";
    this.#breaks = false;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#code)?.[0];
  }
}
