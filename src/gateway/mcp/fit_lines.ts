import { countModelTokens } from "../../text/count_model_tokens.ts";

/** What the line costs that says how many are missing. */
const NOTE_MODEL_TOKENS = 24;
/** A line of this many characters for each token left is not worth counting. */
const MAX_CHARACTERS_PER_TOKEN = 16;

/**
 * The first and the last of the lines, as many as cost no more than allowed, and between them a line
 * that says how many are missing.
 */
export function fitLines(lines: readonly string[], maxModelTokens: number): string[] {
  let left = maxModelTokens;
  const costOf = (line: string) =>
    line.length > left * MAX_CHARACTERS_PER_TOKEN ? Infinity : countModelTokens(line, left) + 1;
  const take = (line: string | undefined, reserved: number) => {
    if (line === undefined) return false;
    const cost = costOf(line);
    if (cost > left - reserved) return false;
    left -= cost;
    return true;
  };
  let head = 0;
  while (head < lines.length && take(lines[head], 0)) head++;
  if (head === lines.length) return [...lines];

  left = maxModelTokens - NOTE_MODEL_TOKENS;
  const half = left / 2;
  head = 0;
  while (take(lines[head], half)) head++;
  let tail = lines.length;
  while (tail > head && take(lines[tail - 1], 0)) tail--;
  const note = `[${
    tail - head
  } of ${lines.length} log lines left out: they are too long for a model]`;
  return maxModelTokens < NOTE_MODEL_TOKENS
    ? []
    : [...lines.slice(0, head), note, ...lines.slice(tail)];
}
