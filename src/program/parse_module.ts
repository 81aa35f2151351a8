import { AirlockError, type Position } from "../errors.ts";
import { type Comment, parse, type Program } from "acorn";
import { PARSE_OPTIONS } from "./parse_options.ts";
import type { StrippedModule, Stripper } from "./stripper.ts";
import { syntaxErrorOf } from "./explain_syntax_error.ts";

/** A module as it will run, and its syntax tree. */
export interface ParsedModule extends StrippedModule {
  readonly tree: Program;
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
  const comments: Comment[] = [];
  try {
    const tree = parse(stripped.js, { ...PARSE_OPTIONS, onComment: comments });
    return { ...stripped, tree, js: blankDirectives(stripped.js, comments) };
  } catch (error) {
    throw withSourcePosition(syntaxErrorOf(error), stripped);
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

function withSourcePosition(error: AirlockError, { toSource }: StrippedModule): AirlockError {
  if (error.position === undefined) return error;
  return new AirlockError(error.code, error.message, {
    cause: error.cause,
    position: toSource(error.position),
  });
}

/** The author's position of a node of a parsed module. */
export function positionOf(
  node: { loc?: { start: { line: number; column: number } } | null | undefined },
  module: StrippedModule,
): Position {
  const { line = 1, column = 0 } = node.loc?.start ?? {};
  return module.toSource({ line, column: column + 1 });
}
