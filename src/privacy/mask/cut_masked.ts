/** Tokens in their exact form, and markers of what was withheld. */
const OPAQUE =
  /\[(?:[A-Z][A-Z0-9_]{0,63}_[1-9]\d{0,8}_[a-z0-9]{3,8}|(?:WITHHELD|BLOCKED)(?::[A-Z_]{1,20})?)\]/g;

/** Longer than any of them. */
const LONGEST = 128;

/**
 * The beginning of a masked text, at most `limit` UTF-16 code units, that ends in no token and in no
 * character. Truncating comes after masking: a value cut in two is found by nothing.
 */
export function truncateMasked(text: string, limit: number): string {
  if (text.length <= limit) return text;
  let end = Math.max(0, limit);
  // What begins behind the end, and what is no part of a token that reaches over it, is not looked at.
  for (const { 0: token, index } of text.slice(0, end + LONGEST).matchAll(OPAQUE)) {
    if (index < end && index + token.length > end) end = index;
  }
  const code = text.charCodeAt(end);
  if (end > 0 && code >= 0xdc00 && code <= 0xdfff) end--;
  return text.slice(0, end);
}

/** What is looked at, from the end. */
const REACH = 512;
/** Words with digits before the last that go with it. */
const MOST_GROUPS = 8;
/** How far a digit decides of the signs of its word. */
const AROUND_DIGIT = 40;

/**
 * A masked text that was broken off, without its last word, which may be half a value. Numbers are
 * written in groups: all of the last ones go, "4111 1111 11".
 */
export function withoutLastWord(text: string): string {
  const end = text.slice(-REACH);
  if (end === "" || /\s$/.test(end) || end.endsWith("]")) return text;
  const from = startOfGroups(end, startOfWord(end, end.length));
  return `${text.slice(0, text.length - (end.length - from))}[WITHHELD:CUT]`;
}

/** Word by word backwards, as a pattern would try every way to divide the words. */
function startOfGroups(text: string, lastWord: number): number {
  let start = lastWord;
  for (let count = 0; count < MOST_GROUPS && text[start - 1] === " "; count++) {
    const end = start - 1;
    const word = startOfWord(text, end);
    const digit = firstDigit(text, Math.max(word, end - AROUND_DIGIT - 1), end);
    if (digit === undefined) break;
    start = Math.max(word, digit - AROUND_DIGIT);
    if (start > word) break;
  }
  return start;
}

function startOfWord(text: string, end: number): number {
  let start = end;
  while (start > 0 && /\S/.test(text[start - 1]!)) start--;
  return start;
}

function firstDigit(text: string, from: number, end: number): number | undefined {
  for (let place = from; place < end; place++) {
    if (text[place]! >= "0" && text[place]! <= "9") return place;
  }
  return undefined;
}
