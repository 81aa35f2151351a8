import { AirlockError, type Position } from "../model/errors.ts";
import { PARSE_OPTIONS, type ParsedText, parseText } from "./parse_text.ts";
import { tracePositions } from "./source_positions.ts";
import type { Stripper } from "./strip_types.ts";
import { readTreeFacts } from "./tree_facts.ts";
import type { ParsedModule } from "./program.ts";
import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";

const FENCE = /^\s*(```[a-z]*)[ \t]*(?=[\r\n])/i;
const END = /[\r\n][ \t]*(```)\s*$/;

/**
 * A program without the fence of Markdown around it, every line where it was. To JavaScript a fence is
 * a call of an empty text, which only ever fails.
 */
export function withoutFence(code: string): string {
  const begin = FENCE.exec(code);
  // Looked for in the last lines alone: blanks may be many.
  const tail = code.slice(-MAX_TAIL);
  const end = END.exec(tail);
  if (begin === null || end === null) return code;
  const last = code.length - tail.length + end.index;
  if (last < begin[0].length) return code;
  return begin[0].replace(begin[1]!, " ".repeat(begin[1]!.length)) +
    code.slice(begin[0].length, last) + end[0].replace("```", "   ");
}

const MAX_TAIL = 100;

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

/** Says where and why a text is no TypeScript; the type stripper itself says only that it is none. */
function explainSyntaxError(source: string, reason: string): AirlockError {
  try {
    Parser.extend(tsPlugin()).parse(source, PARSE_OPTIONS);
  } catch (error) {
    return syntaxErrorOf(error, source);
  }
  const short = reason.replace(/ at file:.*$/s, "");
  return new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${short}`);
}

/** Turns what acorn throws into an error of ours, which quotes the line of the text that was read. */
export function syntaxErrorOf(error: unknown, text?: string): AirlockError {
  if (error instanceof RangeError || /stack space/.test(String(error))) {
    return new AirlockError("PROGRAM_SYNTAX", "Cannot read program: it is nested too deeply", {
      cause: error,
    });
  }
  if (!(error instanceof SyntaxError) || !("loc" in error)) throw error;
  const { line, column } = error.loc as { line: number; column: number };
  const place = "pos" in error ? Number(error.pos) : undefined;
  const reason = place !== undefined && text?.[place] === "@"
    ? "decorators are not supported"
    : error.message.replace(/ \(\d+:\d+\)$/, "");
  const quoted = text === undefined || place === undefined ? "" : quoteAt(text, place);
  return new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${reason}${quoted}`, {
    cause: error,
    position: { line, column: column + 1 },
  });
}

/** What is quoted before and after a place. */
const QUOTED = 30;

/** The line around a place. */
function quoteAt(text: string, place: number): string {
  const before = text.slice(Math.max(0, place - QUOTED), place).split(/[\n\r\u2028\u2029]/).at(-1)!;
  const [after] = text.slice(place, place + QUOTED).split(/[\n\r\u2028\u2029]/);
  const line = `${before}${after}`.trim().toWellFormed();
  return line === "" ? "" : `, at \`${line}\``;
}
