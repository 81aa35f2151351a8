/**
 * A text for the terminal of a person: what would move the cursor, retitle the window or make words
 * read otherwise than they stand is replaced.
 */
export function safeText(text: string): string {
  return text.replace(MISLEADING, "\ufffd");
}

/** The same of a text that may end its lines as Windows does. */
export function safeLines(text: string): string {
  return safeText(text.replaceAll("\r\n", "\n"));
}

const MISLEADING =
  // deno-lint-ignore no-control-regex -- these are what is taken out
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|\p{Cf}/gu;
