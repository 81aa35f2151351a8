import { type Span, spansOfValues } from "./spans_of_values.ts";

/** What stands in the place of a value: a token, or a mark that it is withheld. */
const OPAQUE =
  /\[(?:[A-Z][A-Z0-9_]{0,63}_[1-9]\d{0,8}_[a-z0-9]{3,8}|(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?)\]/g;
const WITHHELD = /\[(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?\]/g;

/**
 * Why a text as it was masked does not show all of what it was: a part of it is withheld, or what is
 * masked of code may be more than a value: a name, an operator or a sign of the language. Undefined
 * where it shows all.
 */
export function unseenByMask(
  text: string,
  { masked, what, kind }: { masked: string; what: string; kind: "code" | "value" },
): string | undefined {
  if (masked === text) return undefined;
  if (countOf(masked) > countOf(text)) {
    return `${what} could not be shown whole: a part is withheld`;
  }
  if (kind === "value") return undefined;
  const replaced = replacedBy(text, masked);
  if (replaced === undefined) return `${what} could not be shown as it is`;
  const hidden = firstOutside(text, replaced);
  if (hidden === undefined) return undefined;
  return `${what} has a part that is masked and may be more than a value (line ${
    lineOf(text, hidden)
  })`;
}

function countOf(text: string): number {
  return text.match(WITHHELD)?.length ?? 0;
}

/**
 * The parts of a text that are masked; undefined where what is left is not found again in it. Other
 * parts may give the same masked text; then it shows as much of the one reading as of the other.
 */
function replacedBy(text: string, masked: string): Span[] | undefined {
  const replaced: Span[] = [];
  const marks = [...masked.matchAll(OPAQUE)];
  let at = 0;
  let end = 0;
  for (const [index, mark] of [undefined, ...marks].entries()) {
    const start = mark === undefined ? 0 : mark.index + mark[0].length;
    const isLast = index === marks.length;
    const part = masked.slice(start, marks[index]?.index);
    const found = index === 0
      ? 0
      : isLast
      ? Math.max(at, text.length - part.length)
      : text.indexOf(part, at);
    if (found < 0 || !text.startsWith(part, found)) return undefined;
    // A token that the author wrote stands for itself.
    if (mark !== undefined && text.slice(end, found) !== mark[0]) replaced.push([end, found]);
    at = end = found + part.length;
  }
  return end === text.length ? replaced : undefined;
}

/** Where the first of some parts begins that is not within one value or comment. */
function firstOutside(code: string, parts: readonly Span[]): number | undefined {
  const values = spansOfValues(code);
  let value = values.next();
  for (const [start, end] of parts) {
    while (!value.done && value.value[1] < end) value = values.next();
    if (value.done || start < value.value[0]) return start;
  }
  return undefined;
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split(/\r\n|[\n\r\u2028\u2029]/).length;
}
