import { AirlockError } from "../model/errors.ts";
import { readDay } from "./read_day.ts";

/** A time, as one may say it: from a moment on, and before another. */
export interface SpanWords {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Reads a span of time, in milliseconds since the epoch.
 *
 * @throws {AirlockError} USAGE
 */
export function readSpan(
  words: SpanWords,
): { from: number | undefined; to: number | undefined } {
  const span = { from: readDay("from", words.from), to: readDay("to", words.to) };
  if (span.from === undefined || span.to === undefined || span.from < span.to) return span;
  throw new AirlockError("USAGE", 'Cannot read command: "--from" is before "--to"');
}
