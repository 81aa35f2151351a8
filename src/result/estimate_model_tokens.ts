import { countModelTokens } from "./count_model_tokens.ts";

const SAMPLES = 4;
const SAMPLE_BYTES = 512;
/** What JSON has where nothing was looked at. */
const USUAL_BYTES_PER_TOKEN = 3.5;

/** Estimates model tokens from samples: counting all of a large text takes seconds. */
export class ModelTokenEstimate {
  readonly #counts: Promise<{ bytes: number; tokens: number }>[] = [];

  /** Looks at the middle of a text, where it is as it mostly is; after four texts at none. */
  sample(text: Uint8Array): void {
    if (this.#counts.length === SAMPLES || text.length === 0) return;
    const start = Math.max(0, Math.floor((text.length - SAMPLE_BYTES) / 2));
    const part = text.subarray(start, start + SAMPLE_BYTES);
    const counted = countModelTokens(new TextDecoder().decode(part));
    this.#counts.push(counted.then((tokens) => ({ bytes: part.length, tokens })));
  }

  /** What so many bytes of such texts have. */
  async of(bytes: number): Promise<number> {
    const counts = await Promise.all(this.#counts);
    const seen = counts.reduce((sum, count) => sum + count.bytes, 0);
    const tokens = counts.reduce((sum, count) => sum + count.tokens, 0);
    return Math.round(seen === 0 ? bytes / USUAL_BYTES_PER_TOKEN : bytes * tokens / seen);
  }
}

/** Estimates the model tokens of one text from four places of it; counts those of a short one. */
export async function estimateModelTokens(text: string): Promise<number> {
  if (text.length <= SAMPLES * SAMPLE_BYTES) return await countModelTokens(text);
  const bytes = new TextEncoder().encode(text);
  const estimate = new ModelTokenEstimate();
  const part = Math.ceil(bytes.length / SAMPLES);
  for (let at = 0; at < SAMPLES; at++) estimate.sample(bytes.subarray(at * part, (at + 1) * part));
  return await estimate.of(bytes.length);
}
