import { AirlockError } from "../errors.ts";
import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser } from "acorn";
import { PARSE_OPTIONS } from "./program_parser.ts";

/** Says where and why a text is no TypeScript; the type stripper itself says only that it is none. */
export function explainSyntaxError(source: string, reason: string): AirlockError {
  try {
    Parser.extend(tsPlugin()).parse(source, PARSE_OPTIONS);
  } catch (error) {
    return syntaxErrorOf(error);
  }
  const short = reason.replace(/ at file:.*$/s, "");
  return new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${short}`);
}

/** Turns what acorn throws into an error of ours. */
export function syntaxErrorOf(error: unknown): AirlockError {
  if (error instanceof RangeError || /stack space/.test(String(error))) {
    return new AirlockError("PROGRAM_SYNTAX", "Cannot read program: it is nested too deeply", {
      cause: error,
    });
  }
  if (!(error instanceof SyntaxError) || !("loc" in error)) throw error;
  const { line, column } = error.loc as { line: number; column: number };
  const reason = error.message.replace(/ \(\d+:\d+\)$/, "");
  return new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${reason}`, {
    cause: error,
    position: { line, column: column + 1 },
  });
}
