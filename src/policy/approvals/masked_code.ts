/** What stands in the place of a value: a token, or a mark that it is withheld. */
const OPAQUE =
  /\[(?:[A-Z][A-Z0-9_]{0,63}_[1-9]\d{0,8}_[a-z0-9]{3,8}|(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?)\]/;
const WITHHELD = /\[(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?\]/g;

/** What calls something; telephone numbers have brackets too. */
const CALLS = /`|=>|\(/;
const NUMBER = /^[\d\s()+./-]*$/;

/**
 * Why a text as it was masked does not show all of what it was: a part of it is withheld, or what is
 * masked may be more than a value. Undefined where it shows all.
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
  const hidden = replaced.some((part) => CALLS.test(part) && !NUMBER.test(part));
  return hidden ? `${what} has a part that is masked and may be more than a value` : undefined;
}

function countOf(text: string): number {
  return text.match(WITHHELD)?.length ?? 0;
}

/** The parts of a text that are masked; undefined where what is left is not found again in it. */
function replacedBy(text: string, masked: string): string[] | undefined {
  const kept = masked.split(OPAQUE);
  const replaced: string[] = [];
  let at = 0;
  for (const [index, part] of kept.entries()) {
    const found = index === 0
      ? 0
      : index === kept.length - 1
      ? Math.max(at, text.length - part.length)
      : text.indexOf(part, at);
    if (found < 0 || !text.startsWith(part, found)) return undefined;
    if (index > 0) replaced.push(text.slice(at, found));
    at = found + part.length;
  }
  return replaced;
}
