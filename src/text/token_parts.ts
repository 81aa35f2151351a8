/**
 * Runs of letters, of signs, and of digits. The encoder's own words are letters or signs, with a
 * character before and a few behind, or three digits.
 */
const RUN = /([\p{L}\p{M}]{1,128})|[^\p{L}\p{N}]{1,128}|(\p{N}{1,999})/gu;

/** Longest run that is not cut: the encoder's time grows with the square of a word's length. */
const LONG_RUN = 128;

const PART = 4_096;

/**
 * Splits a text into parts of some 4,000 characters without words that are slow to encode. Texts of
 * ordinary words are split between words only.
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
