import { countModelTokens, countModelTokensInSlices } from "./count_model_tokens.ts";

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
