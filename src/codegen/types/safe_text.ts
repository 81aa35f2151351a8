/** What text of a server must not do inside a comment, and what is written instead. */
const RULES: readonly { readonly rule: string; readonly find: RegExp; readonly write: string }[] = [
  { rule: "A comment is not ended from inside", find: /\*\//g, write: "*\\/" },
  { rule: "An @ begins no tag and no directive", find: /(^|[\s{*/])@(?=\w)/g, write: "$1\\@" },
  { rule: "A fence begins no code that a doc test runs", find: /```/g, write: "'''" },
  {
    rule: "A source map is not named",
    find: /\b(source)(mapping)?(url)(?=\s*=)/gi,
    write: "$1-$2$3",
  },
];

/** Control, direction, joining, private, unassigned and invisible characters, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * The text of a server as one line that is safe in a comment: nothing invisible, no way out of the
 * comment, at most `maxChars` characters.
 */
export function safeText(text: unknown, maxChars: number): string {
  if (typeof text !== "string") return "";
  // Only spaces and invisible characters go, so the beginning of a long text is enough.
  const seen = text.slice(0, maxChars * 8).replace(LINE_BREAKS, " ").replace(UNSEEN, "")
    .replace(/\s+/g, " ").trim();
  const short = seen.length <= maxChars ? seen : `${cutWhole(seen, maxChars - 1).trimEnd()}…`;
  return RULES.reduce((safe, { find, write }) => safe.replace(find, write), short);
}

/** The lines of a text, each safe in a comment, none empty, together at most `maxChars`. */
export function safeLines(text: unknown, maxChars: number): string[] {
  if (typeof text !== "string") return [];
  const lines: string[] = [];
  let left = maxChars;
  for (const line of text.slice(0, maxChars * 8).split(/[\n\r\u2028\u2029]+/)) {
    const safe = safeText(line, left);
    if (safe === "") continue;
    lines.push(safe);
    left -= safe.length + 1;
    if (left < 2) break;
  }
  return lines;
}

/** A value as a JavaScript literal in which every character can be seen. */
export function safeLiteral(value: string | number | boolean): string {
  return JSON.stringify(value)
    .replace(UNSEEN, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`)
    .replace(/s(?=ource(mapping)?url)/gi, (s) => `\\u00${s.charCodeAt(0).toString(16)}`);
}

function cutWhole(text: string, length: number): string {
  const cut = text.slice(0, length);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
