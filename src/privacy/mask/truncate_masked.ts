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
