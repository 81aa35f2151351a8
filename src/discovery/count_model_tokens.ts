import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

/** A word of this length costs the encoder time that grows with its square; it is counted in parts. */
const LONG_RUN = /\S{200}(?=\S)|\s{200}(?=\s)/g;

/**
 * The cost of a text in a model's context, in tokens of o200k_base; never less than that, and a
 * little more where a text has words of over 200 characters.
 */
export function countModelTokens(text: string): number {
  let all = 0;
  let from = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    const end = run.index + run[0].length;
    all += count(text.slice(from, end));
    from = end;
  }
  return all + count(text.slice(from));
}

function count(text: string): number {
  return countTokens(text, { allowedSpecial: "all" });
}
