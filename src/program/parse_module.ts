import type { Program } from "acorn";
import { AirlockError, type Position } from "../model/errors.ts";
import { explainSyntaxError, syntaxErrorOf } from "./explain_syntax_error.ts";
import { type ParsedText, parseText } from "./parse_text.ts";
import { tracePositions } from "./source_positions.ts";
import type { Stripper } from "./stripper.ts";
import { readTreeFacts, type TreeFacts } from "./tree_facts.ts";

/** A module as it will run, its syntax tree, and the way back to where its author wrote it. */
export interface ParsedModule {
  /** Its tokens, each where it stood, and no comment; positions of the tree are positions in it. */
  readonly js: string;
  readonly tree: Program;
  readonly facts: TreeFacts;
  /** The same with comments, as it was without types. */
  readonly stripped: string;
  /** A source map in JSON; absent where lines and columns are the author's. */
  readonly map?: string | undefined;
  /** The author's position of a position in `js`. */
  toSource(position: Position): Position;
}

/**
 * Parses a module. The tree is of the JavaScript that will run, not of the TypeScript that it was:
 * where the two languages read a text differently, it is read once, and what was read runs.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX with the position
 */
export async function parseModule(source: string, stripper: Stripper): Promise<ParsedModule> {
  const plain = parsePlain(source);
  if (plain !== undefined) return plain;
  const answer = await stripper.strip(source);
  if ("error" in answer) throw explainSyntaxError(source, answer.error);
  const { js: stripped, map } = answer;
  const toSource = tracePositions({ linesAbove: 0, map });
  try {
    return { ...withFacts(parseText(stripped)), stripped, map, toSource };
  } catch (error) {
    throw withSourcePosition(syntaxErrorOf(error, stripped), toSource);
  }
}

/** Reads a text without types, which needs no way to the child that takes types away. */
function parsePlain(source: string): ParsedModule | undefined {
  try {
    const parsed = parseText(source);
    if (parsed.isAmbiguous) return undefined;
    return { ...withFacts(parsed), stripped: source, toSource: (position) => position };
  } catch (error) {
    if (error instanceof RangeError) throw syntaxErrorOf(error);
    return undefined; // TypeScript, or a mistake that is explained better there
  }
}

function withFacts({ js, tree }: ParsedText): Pick<ParsedModule, "js" | "tree" | "facts"> {
  return { js, tree, facts: readTreeFacts(tree) };
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
