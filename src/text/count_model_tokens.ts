import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";
import { splitForCounting } from "./split_for_counting.ts";

/** A token has at most so many bytes, and a UTF-16 code unit at most so many tokens. */
const MAX_BYTES_PER_TOKEN = 128;
const MAX_TOKENS_PER_UNIT = 3;
/** How long the event loop is held at a stretch. */
const SLICE_MS = 8;

// Words of others would stay in memory, and with each the text that it is a part of.
setMergeCacheSize(0);

/**
 * The cost of a text in a model's context, in tokens of o200k_base; text that looks like a control
 * token is text. A little more than that where a text has words of over 128 characters. Counts no
 * further than `max`: what it gives is then more than `max`, and no more is known.
 */
export function countModelTokens(text: string, max = Infinity): number {
  if (text.length > max * MAX_BYTES_PER_TOKEN) return Infinity;
  let all = 0;
  for (const part of splitForCounting(text)) {
    all += count(part);
    if (all > max) break;
  }
  return all;
}

/** As {@linkcode countModelTokens}, and others have their turn in between. */
export async function countModelTokensInSlices(text: string, max = Infinity): Promise<number> {
  if (text.length > max * MAX_BYTES_PER_TOKEN) return Infinity;
  let all = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const part of splitForCounting(text)) {
    all += count(part);
    if (all > max) break;
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    sliceEnd = performance.now() + SLICE_MS;
  }
  return all;
}

/** Whether a text has more model tokens than `max`. */
export async function exceedsModelTokens(text: string, max: number): Promise<boolean> {
  if (text.length * MAX_TOKENS_PER_UNIT <= max) return false;
  return await countModelTokensInSlices(text, max) > max;
}

function count(text: string): number {
  return countTokens(text, { disallowedSpecial: new Set() });
}
