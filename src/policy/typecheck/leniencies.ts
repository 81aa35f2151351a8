import type { Diagnostic } from "./compiler_process.ts";

/** A diagnostic, and the program that it is about. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  /** The text as it was checked. */
  readonly text: string;
}

interface Leniency {
  /** What is let pass, and so the name of the rule. */
  readonly rule: string;
  readonly applies: (finding: Finding) => boolean;
}

/** The diagnostics of these numbers are the rule's. */
function ofCodes(...codes: readonly number[]): Leniency["applies"] {
  return ({ diagnostic }) => codes.includes(diagnostic.code);
}

/** Errors of syntax that are faults of the running program all the same. */
const REAL_SYNTAX_ERRORS = [1192, 1259, 1361, 1362];

/**
 * What TypeScript finds fault with and no program fails from: programs are written once and run
 * once, and a refusal costs its author a turn.
 */
const LENIENCIES: readonly Leniency[] = [
  {
    rule: "the parser that runs the program decides what is syntax",
    applies: ({ diagnostic: { code } }) => code < 2000 && !REAL_SYNTAX_ERRORS.includes(code),
  },
  {
    rule: "a type may be left for the compiler to find, or not be found",
    applies: ({ diagnostic: { code } }) => code >= 7000 && code < 8000,
  },
  { rule: "what is declared need not be used", applies: ofCodes(6133, 6192, 6196, 6198) },
  {
    rule: "what may be missing may be used as if it were there",
    applies: ofCodes(2454, 2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049),
  },
  { rule: "what may be missing may be handed on", applies: isAboutMissing },
  { rule: "what is unknown may be used", applies: ofCodes(2571, 18046, 2698) },
  { rule: "an object may be given further properties", applies: addsProperty },
  { rule: "anything may be calculated with", applies: ofCodes(2356, 2362, 2363, 2365, 2447) },
  { rule: "a list may be handed over as arguments", applies: ofCodes(2556) },
  {
    rule: "what is only about types does not reach the running program",
    applies: ofCodes(
      ...[2314, 2315, 2344, 2352, 2415, 2416, 2420, 2430, 2503, 2526, 2527, 2536, 2589, 2590],
      ...[2694, 2707, 2709, 2749, 2838, 2872, 2873, 4111],
    ),
  },
  {
    rule: "who may touch a property is for people to keep",
    applies: ofCodes(2341, 2445, 2540, 2542, 2683),
  },
];

/** The name of the rule that lets a diagnostic pass; undefined for a mistake. */
export function leniencyFor(finding: Finding): string | undefined {
  return LENIENCIES.find(({ applies }) => applies(finding))?.rule;
}

/** A value that may be missing, in a place that does not say so; what is plainly missing is not. */
function isAboutMissing({ diagnostic }: Finding): boolean {
  const last = innermost(diagnostic);
  if (last === diagnostic || !/^Type '(undefined|null)' is not assignable/.test(last.text)) {
    return false;
  }
  return !/^(Argument of type|Type) '(undefined|null)'/.test(diagnostic.text);
}

/** The end of the chain of reasons. */
export function innermost(diagnostic: Diagnostic): Diagnostic {
  const inner = diagnostic.messageChain?.at(-1);
  return inner ? innermost(inner) : diagnostic;
}

const NO_SUCH_PROPERTY = [2339, 2551];

/** The property is set, here or elsewhere, or is of an object that began as `{}`. */
function addsProperty({ diagnostic, text }: Finding): boolean {
  if (!NO_SUCH_PROPERTY.includes(diagnostic.code)) return false;
  if (/ on type '(\{\}|object)'/.test(diagnostic.text)) return true;
  const name = text.slice(diagnostic.pos, diagnostic.end);
  if (!/^[\w$]+$/.test(name)) return false;
  return new RegExp(`\\.\\s*${name.replaceAll("$", "\\$")}\\s*(=(?![=>])|\\+\\+|[-+*/]=)`).test(
    text,
  );
}
