import { lineStarts } from "../../program/text_edits.ts";
import { nearestName, replacementFor } from "../../program/suggest_names.ts";
import { exceedsModelTokens } from "../../text/count_model_tokens.ts";
import type { Diagnostic } from "./compiler_process.ts";

/** What was found in a program, as an agent reads it. */
interface Explained {
  /** Each one line, with the line of the program. */
  readonly lines: readonly string[];
  /** Of the first, both from 1. */
  readonly position: { readonly line: number; readonly column: number };
  /** How many there are, those included that no line tells of. */
  readonly count: number;
}

interface ExplainDiagnosticsOptions {
  /** The program. */
  readonly text: string;
  /** The fields of a type that a wrapper declares. */
  fieldsOf(type: string): readonly string[];
}

const MAX_LINES = 10;
const MAX_FIELDS = 12;
const MAX_LINE_CHARS = 260;
/** A long type is of no use to who wrote another one. */
const MAX_TYPE_CHARS = 90;
/** Leaves room in 400 for the sentence before the lines. */
const MAX_MODEL_TOKENS = 350;

/** Says what was found, at most ten lines and 350 model tokens, without what was said before. */
export async function explainDiagnostics(
  diagnostics: readonly Diagnostic[],
  { text, fieldsOf }: ExplainDiagnosticsOptions,
): Promise<Explained> {
  const starts = lineStarts(text);
  const sorted = diagnostics.toSorted((a, b) => a.pos - b.pos);
  const said = [
    ...new Set(sorted.map((diagnostic) => {
      const { line } = positionAt(diagnostic.pos, starts);
      return `line ${line}: ${explain(diagnostic, { text, fieldsOf })}`;
    })),
  ];
  const lines = said.slice(0, MAX_LINES);
  while (lines.length > 1 && await exceedsModelTokens(lines.join("\n"), MAX_MODEL_TOKENS)) {
    lines.pop();
  }
  return {
    lines: lines.length < said.length
      ? [...lines, `and ${said.length - lines.length} more`]
      : lines,
    position: positionAt(sorted[0]?.pos ?? 0, starts),
    count: said.length,
  };
}

function positionAt(offset: number, starts: readonly number[]): Explained["position"] {
  let line = starts.findLastIndex((start) => start <= offset);
  if (line < 0) line = 0;
  return { line: line + 1, column: offset - starts[line]! + 1 };
}

const CANNOT_FIND = /^Cannot find name '([^']+)'/;
const NO_SUCH_PROPERTY =
  /^Property '([^']+)' does not exist on type '([\s\S]*?)'\.( Did you mean.*)?/;

function explain(diagnostic: Diagnostic, options: ExplainDiagnosticsOptions): string {
  const [, property, type = "", meant = ""] = NO_SUCH_PROPERTY.exec(diagnostic.text) ?? [];
  const [, name = property ?? ""] = CANNOT_FIND.exec(diagnostic.text) ?? [];
  const isOfHost = property === undefined || /^typeof (Deno|globalThis)$/.test(type);
  const replacement = isOfHost ? replacementFor(name) : undefined;
  if (replacement !== undefined) {
    return `${options.text.slice(diagnostic.pos, diagnostic.end)}: ${replacement}`;
  }
  if (property !== undefined) return explainProperty({ property, type, meant }, options);
  const reasons = [diagnostic.text, innermost(diagnostic).text];
  return clip(withoutAdvice([...new Set(reasons)].map(withShortTypes).join(" ")), MAX_LINE_CHARS);
}

function explainProperty(
  { property, type, meant }: { property: string; type: string; meant: string },
  { fieldsOf }: ExplainDiagnosticsOptions,
): string {
  const said = `There is no "${clip(property, MAX_TYPE_CHARS)}" on `;
  if (type.startsWith("Promise<")) return `${said}a promise. Did you forget await?`;
  const fields = type.startsWith("{") ? outerFields(type) : fieldsOf(type);
  const nearest = nearestName(property, fields);
  const known = fields.length === 0
    ? ""
    : `. Known are ${fields.slice(0, MAX_FIELDS).join(", ")}${
      fields.length > MAX_FIELDS ? ", …" : ""
    }`;
  const guess = meant !== "" || nearest === undefined ? meant : ` Did you mean '${nearest}'?`;
  const what = type.startsWith("{") ? "this object" : clip(type, MAX_TYPE_CHARS);
  return clip(guess === "" ? `${said}${what}${known}` : `${said}${what}.${guess}`, MAX_LINE_CHARS);
}

/** The fields of a type as it is written in one line, without those of types inside it. */
function outerFields(type: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  for (const [token, field] of type.matchAll(/[{[(<]|[}\])>]|([\w$]+)\??: /g)) {
    if (field !== undefined) {
      if (depth === 1) fields.push(field);
    } else depth += "{[(<".includes(token) ? 1 : -1;
  }
  return fields;
}

/** The compiler's advice on how to set up a project, which there is none of. */
function withoutAdvice(text: string): string {
  return text.replace(/ (Do you need to|Try changing|Try `|Did you mean to set)[^.]*\.?/g, "")
    .replaceAll(/import\("[^"]*"\)\./g, "").replaceAll(/\s+/g, " ");
}

function withShortTypes(text: string): string {
  return text.replace(
    /'([^']*)'/g,
    (whole, type: string) =>
      type.length <= MAX_TYPE_CHARS ? whole : `'${clip(type, MAX_TYPE_CHARS)}'`,
  );
}

function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`;
}

/** A diagnostic, and the program that it is about. */
interface Finding {
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
function innermost(diagnostic: Diagnostic): Diagnostic {
  const inner = diagnostic.messageChain?.at(-1);
  return inner ? innermost(inner) : diagnostic;
}

const UNKNOWN_PROPERTY = [2339, 2551];

/** The property is set, here or elsewhere, or is of an object that began as `{}`. */
function addsProperty({ diagnostic, text }: Finding): boolean {
  if (!UNKNOWN_PROPERTY.includes(diagnostic.code)) return false;
  if (/ on type '(\{\}|object)'/.test(diagnostic.text)) return true;
  const name = text.slice(diagnostic.pos, diagnostic.end);
  if (!/^[\w$]+$/.test(name)) return false;
  return new RegExp(`\\.\\s*${name.replaceAll("$", "\\$")}\\s*(=(?![=>])|\\+\\+|[-+*/]=)`).test(
    text,
  );
}
