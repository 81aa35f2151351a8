import { countTokens, setMergeCacheSize } from "gpt-tokenizer/encoding/o200k_base";

/**
 * Letters, what is neither letter nor digit, and digits. The encoder's own words are of one of the
 * first two, with a character before and a few behind, or of three digits.
 */
const RUN = /([\p{L}\p{M}]{1,128})|[^\p{L}\p{N}]{1,128}|(\p{N}{1,999})/gu;
/** The encoder's time grows with the square of a word's length. */
const LONG_RUN = 128;
const PART = 4_096;

/**
 * Splits a text into parts of some 4,000 characters in which no word is so long that the encoder
 * needs long for it. Texts of ordinary words are split between words alone.
 */
export function* splitForCounting(text: string): Generator<string> {
  let from = 0;
  for (const { 0: run, 1: letters, 2: digits, index } of text.matchAll(RUN)) {
    const end = index + run.length;
    const isWordEnd = letters !== undefined || digits !== undefined;
    if (run.length < LONG_RUN && !(isWordEnd && end - from >= PART)) continue;
    yield text.slice(from, end);
    from = end;
  }
  if (from < text.length) yield text.slice(from);
}

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

const SAMPLES = 4;
const SAMPLE_BYTES = 512;
/** What JSON has where nothing was looked at. */
const USUAL_BYTES_PER_TOKEN = 3.5;

/** Estimates model tokens from samples: counting all of a large text takes seconds. */
export class ModelTokenEstimate {
  #texts = 0;
  #bytes = 0;
  #tokens = 0;

  /** Looks at the middle of a text, where it is as it mostly is; after four texts at none. */
  sample(text: Uint8Array): void {
    if (this.#texts === SAMPLES || text.length === 0) return;
    const start = Math.max(0, Math.floor((text.length - SAMPLE_BYTES) / 2));
    const part = text.subarray(start, start + SAMPLE_BYTES);
    this.#texts++;
    this.#bytes += part.length;
    this.#tokens += countModelTokens(new TextDecoder().decode(part));
  }

  /** What so many bytes of such texts have. */
  of(bytes: number): number {
    const none = this.#bytes === 0;
    return Math.round(none ? bytes / USUAL_BYTES_PER_TOKEN : bytes * this.#tokens / this.#bytes);
  }
}

/** Options of {@linkcode estimateModelTokens}. */
export interface EstimateModelTokensOptions {
  /** How many places of 512 characters are looked at; a text that has no more is counted. */
  readonly places?: number;
}

/** Estimates the model tokens of one text from places all over it; counts those of a short one. */
export async function estimateModelTokens(
  text: string,
  { places = SAMPLES }: EstimateModelTokensOptions = {},
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
