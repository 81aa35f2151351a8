/**
 * A text for the terminal of a person: what would move the cursor, retitle the window or make words
 * read otherwise than they stand is replaced.
 */
export function safeText(text: string): string {
  // deno-lint-ignore no-control-regex -- these are what is taken out
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]|\p{Cf}/gu, "\ufffd");
}
