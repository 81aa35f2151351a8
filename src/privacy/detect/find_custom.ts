import { RE2JS } from "npm:re2js@2.10.0";
import { AirlockError } from "../../model/errors.ts";
import { type Scan, STRENGTH } from "./scan.ts";

/** A kind's pattern of the operator's own, ready to search. */
export interface CustomPattern {
  readonly kind: string;
  readonly pattern: RE2JS;
}

/**
 * Makes a pattern ready. It is RE2 syntax: no look-around, no back-references, and linear time on
 * any text.
 *
 * @throws {AirlockError} CONFIG_INVALID when it is no RE2 pattern
 */
export function compilePattern(kind: string, pattern: string): CustomPattern {
  return { kind, pattern: compileRe2(pattern, `the pattern of ${kind}`) };
}

/** Compiles RE2 syntax; `what` names it in the error. */
export function compileRe2(pattern: string, what: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new AirlockError("CONFIG_INVALID", `Cannot read config: ${what} is no RE2 pattern`, {
      cause,
    });
  }
}

/** What the operator's own patterns match, line by line. */
export function findCustom({ text, findings }: Scan, patterns: readonly CustomPattern[]): void {
  for (const { kind, pattern } of patterns) {
    let lineStart = 0;
    for (const line of text.split("\n")) {
      const matcher = pattern.matcher(line);
      while (matcher.find()) {
        const start = lineStart + matcher.start();
        const end = lineStart + matcher.end();
        if (end === start) continue;
        findings.push({ kind, start, end, strength: STRENGTH.custom, detector: "custom.pattern" });
      }
      lineStart += line.length + 1;
    }
  }
}
