import { type Options, Parser, type Program, type Token, tokTypes } from "acorn";
import { MAX_NESTED } from "./tree_facts.ts";
import { applyEdits, blanksFor, type TextEdit } from "./text_edits.ts";

/** How a program is read: a module whose top level may also `return`. */
export const PARSE_OPTIONS: Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowReturnOutsideFunction: true,
  locations: true,
};

/** Blocks and functions in one another; deeper ones no person writes, and each costs all that is inside. */
const MAX_SCOPES = 300;
/** Hexadecimal digits of one character, and zeros before them. */
const MAX_ESCAPE = 32;

/** A regular expression of more characters is no person's. */
const MAX_REGEXP = 16 * 1024;

/** What acorn keeps to itself. */
interface ParserInternals {
  readonly input: string;
  pos: number;
  readonly scopeStack: ScopeOfNames[];
  enterScope(flags: number): void;
  currentVarScope(): ScopeOfNames;
  readCodePoint(): number;
  invalidStringToken(position: number, message: string): never;
}

interface ScopeOfNames {
  var: string[];
  lexical: string[];
  functions: string[];
}

interface RegExpState {
  readonly source: string;
  readonly flags: string;
  raise(message: string): never;
}

const Acorn = Parser as unknown as new (...args: never[]) => ParserInternals;

/** Acorn, without what takes it longer the more there was before. */
class LinearParser extends Acorn {
  override enterScope(flags: number): void {
    super.enterScope(flags);
    if (this.scopeStack.length > MAX_SCOPES) {
      throw new RangeError("Cannot parse text: it is nested too deeply");
    }
    const scope = this.scopeStack.at(-1)!;
    const outer = this.scopeStack.at(-2)?.var;
    const isOfFunction = this.currentVarScope() === scope;
    scope.lexical = new NameList();
    scope.functions = new NameList();
    scope.var = new VariableList(outer, isOfFunction);
  }

  /** The brace that ends an escape is not looked for to the end of the text. */
  override readCodePoint(): number {
    const { input, pos } = this;
    if (input[pos] === "{" && !input.slice(pos, pos + MAX_ESCAPE).includes("}")) {
      this.invalidStringToken(pos, "Bad character escape sequence");
    }
    return super.readCodePoint();
  }

  /** The engine's word is what counts, and it takes no longer for many names of groups. */
  validateRegExpPattern(state: RegExpState): void {
    if (state.source.length > MAX_REGEXP) state.raise("It is too long");
    try {
      new RegExp(state.source, state.flags);
    } catch (error) {
      state.raise(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Names that are looked for more often than anything else. */
class NameList extends Array<string> {
  readonly #names = new Set<string>();

  override push(name: string): number {
    this.#names.add(name);
    return super.push(name);
  }

  override indexOf(name: string): number {
    return this.#names.has(name) ? 0 : -1;
  }
}

/**
 * The variables that `var` has declared in a scope, or in what stands in it. They are kept by the
 * function alone, each with when it was declared last: what was declared since a block began, and
 * before it ends, was declared in it.
 */
class VariableList extends Array<string> {
  readonly #clock: { now: number };
  readonly #began: number;
  readonly #declared: Map<string, number>;
  readonly #isOfFunction: boolean;

  constructor(outer: string[] | undefined, isOfFunction: boolean) {
    super();
    const isInside = outer instanceof VariableList;
    this.#clock = isInside ? outer.#clock : { now: 0 };
    this.#began = this.#clock.now;
    this.#isOfFunction = isOfFunction;
    this.#declared = isInside && !isOfFunction ? outer.#declared : new Map();
  }

  override push(name: string): number {
    if (this.#isOfFunction) this.#declared.set(name, ++this.#clock.now);
    return this.#declared.size;
  }

  override indexOf(name: string): number {
    return (this.#declared.get(name) ?? 0) > this.#began ? 0 : -1;
  }
}

/** Parses a program's text; what acorn throws is thrown. */
export function parseProgram(text: string, options: Partial<Options> = {}): Program {
  return (LinearParser as unknown as typeof Parser).parse(text, { ...PARSE_OPTIONS, ...options });
}

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
