import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";
import { splitForCounting } from "./token_parts.ts";

/** Most bytes of a token, and most tokens of a UTF-16 code unit. */
const MAX_BYTES_PER_TOKEN = 128;

const MAX_TOKENS_PER_UNIT = 3;

/** Longest time without a pause. */
const SLICE_MS = 8;

// A cached word would keep the text that it is a part of in memory.
setMergeCacheSize(0);

/**
 * The cost of a text in a model's context, in tokens of o200k_base; text that looks like a control
 * token is text. Slightly more for a text with words of over 128 characters. Counting stops above
 * `max`: the result is then any number above `max`.
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

/** {@linkcode countModelTokens} with pauses. */
async function countModelTokensInSlices(text: string, max = Infinity): Promise<number> {
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

const SAMPLES = 4;

const SAMPLE_BYTES = 512;

/** Bytes per token of JSON without a sample. */
const USUAL_BYTES_PER_TOKEN = 3.5;

/** Estimates model tokens from samples: to count a large text takes seconds. */
export class ModelTokenEstimate {
  #texts = 0;
  #bytes = 0;
  #tokens = 0;

  /** Counts the middle of a text, which is typical of it; only of the first four texts. */
  sample(text: Uint8Array): void {
    if (this.#texts === SAMPLES || text.length === 0) return;
    const start = Math.max(0, Math.floor((text.length - SAMPLE_BYTES) / 2));
    const part = text.subarray(start, start + SAMPLE_BYTES);
    this.#texts++;
    this.#bytes += part.length;
    this.#tokens += countModelTokens(new TextDecoder().decode(part));
  }

  /** The model tokens of so many bytes of such texts. */
  of(bytes: number): number {
    const none = this.#bytes === 0;
    return Math.round(none ? bytes / USUAL_BYTES_PER_TOKEN : bytes * this.#tokens / this.#bytes);
  }
}

/** Estimates the model tokens of one text from `places` of 512 characters; counts a short text. */
export async function estimateModelTokens(
  text: string,
  { places = SAMPLES } = {},
): Promise<number> {
  if (text.length <= places * SAMPLE_BYTES) return await countModelTokensInSlices(text);
  const part = text.length / places;
  const samples = Array.from({ length: places }, (_, at) => {
    const start = Math.floor(at * part + (part - SAMPLE_BYTES) / 2);
    return text.slice(start, start + SAMPLE_BYTES);
  });
  const tokens = await countModelTokensInSlices(samples.join("\n"));
  return Math.round(text.length * tokens / (places * SAMPLE_BYTES));
}
