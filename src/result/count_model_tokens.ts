/** A text longer than this many times the limit has more tokens than it, whatever it says. */
const MAX_BYTES_PER_TOKEN = 128;

let encoding: Promise<typeof import("gpt-tokenizer/encoding/o200k_base")> | undefined;

/** Loads the tokenizer's tables, which takes a moment, ahead of the first count. */
export function loadTokenizer(): Promise<unknown> {
  return encoding ??= import("gpt-tokenizer/encoding/o200k_base");
}

/** Counts the model tokens (o200k_base) of a text; text that looks like a control token is text. */
export async function countModelTokens(text: string): Promise<number> {
  await loadTokenizer();
  return (await encoding!).countTokens(text, { disallowedSpecial: new Set() });
}

/** Whether a text has more model tokens than `max`, without counting a text that clearly has. */
export async function exceedsModelTokens(text: string, max: number): Promise<boolean> {
  if (text.length <= max) return false;
  if (text.length > max * MAX_BYTES_PER_TOKEN) return true;
  await loadTokenizer();
  return (await encoding!).isWithinTokenLimit(text, max, { disallowedSpecial: new Set() }) ===
    false;
}
