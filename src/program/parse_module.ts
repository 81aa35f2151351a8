import { AirlockError, type Position } from "../errors.ts";
import { type Comment, parse, type Program } from "acorn";
import { PARSE_OPTIONS } from "./parse_options.ts";
import { explainSyntaxError, syntaxErrorOf } from "./explain_syntax_error.ts";
import { tracePositions } from "./source_positions.ts";
import type { Stripper } from "./stripper.ts";

/** A module as it will run, its syntax tree, and the way back to where its author wrote it. */
export interface ParsedModule {
  readonly js: string;
  readonly tree: Program;
  /** A source map in JSON; absent where lines and columns are the author's. */
  readonly map?: string | undefined;
  /** The author's position of a position in `js`. */
  toSource(position: Position): Position;
}

/** A comment that makes the runtime read a file when an error is printed. */
const DIRECTIVE_COMMENT = /[#@]\s*source(MappingURL|URL)\s*=/;

/**
 * Parses a module. The tree is of the JavaScript that will run, not of the TypeScript that it was:
 * there is no second parser that could see another program.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX with the position
 */
export async function parseModule(source: string, stripper: Stripper): Promise<ParsedModule> {
  const plain = parsePlain(source);
  if (plain !== undefined) return plain;
  const stripped = await stripper.strip(source);
  if ("error" in stripped) throw explainSyntaxError(source, stripped.error);
  const { js, map } = stripped;
  const toSource = tracePositions({ linesAbove: 0, map });
  const comments: Comment[] = [];
  try {
    const tree = parse(js, { ...PARSE_OPTIONS, onComment: comments });
    return { tree, map, toSource, js: blankDirectives(js, comments) };
  } catch (error) {
    throw withSourcePosition(syntaxErrorOf(error), toSource);
  }
}

/** Where TypeScript may read type arguments and JavaScript reads two comparisons: `f<T>(x)`. */
const AFTER_TYPE_ARGUMENTS = /(?<!=)>\s*(?:[(`]|\/[*/])/;

/** Reads a text without types, which needs no way to the child that takes types away. */
function parsePlain(source: string): ParsedModule | undefined {
  if (AFTER_TYPE_ARGUMENTS.test(source)) return undefined;
  const comments: Comment[] = [];
  try {
    const tree = parse(source, { ...PARSE_OPTIONS, onComment: comments });
    return { js: blankDirectives(source, comments), tree, toSource: (position) => position };
  } catch {
    return undefined; // TypeScript, or a mistake that is explained better there
  }
}

function blankDirectives(js: string, comments: readonly Comment[]): string {
  let text = js;
  for (const { start, end, value } of comments) {
    if (DIRECTIVE_COMMENT.test(value)) text = blank(text, { start, end });
  }
  return text;
}

/** Replaces a stretch by blanks; line ends stay, and with them every position. */
export function blank(text: string, { start, end }: { start: number; end: number }): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, " ") +
    text.slice(end);
}

function withSourcePosition(
  error: AirlockError,
  toSource: ParsedModule["toSource"],
): AirlockError {
  if (error.position === undefined) return error;
  return new AirlockError(error.code, error.message, {
    cause: error.cause,
    position: toSource(error.position),
  });
}

/** The author's position of a node of a parsed module. */
export function positionOf(
  node: { loc?: { start: { line: number; column: number } } | null | undefined },
  module: Pick<ParsedModule, "toSource">,
): Position {
  const { line = 1, column = 0 } = node.loc?.start ?? {};
  return module.toSource({ line, column: column + 1 });
}
