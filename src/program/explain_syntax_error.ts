import { AirlockError } from "../model/errors.ts";
import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";
import { PARSE_OPTIONS } from "./program_parser.ts";

/** Says where and why a text is no TypeScript; the type stripper itself says only that it is none. */
export function explainSyntaxError(source: string, reason: string): AirlockError {
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
