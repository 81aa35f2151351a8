import { withTurns } from "../work/host_turns.ts";

/** What is looked through at a stretch. */
const PART_LENGTH = 64 * 1024;
/** Longer than anything that is hidden. */
const REACH = 4_200;

/** Options of {@linkcode hideInSlices}. */
export interface HideInSlicesOptions {
  /** Takes the host's paths out of a text. */
  hidePaths(text: string): string;
  /** Whose turns the work takes. */
  readonly principal: string;
  /** When it must be done, by the clock of `performance.now()`. */
  readonly deadline: number;
}

/** Takes the host's paths out of a text of any length, and lets others have their turn in between. */
export async function hideInSlices(
  text: string,
  { hidePaths, principal, deadline }: HideInSlicesOptions,
): Promise<string> {
  if (text.length <= PART_LENGTH) return hidePaths(text);
  return await withTurns(hide(text, hidePaths), principal, deadline);
}

function* hide(text: string, hidePaths: (text: string) => string): Generator<void, string> {
  const parts: string[] = [];
  let isChanged = false;
  for (let start = 0; start < text.length;) {
    const end = endOfPart(text, start, hidePaths);
    const part = text.slice(start, end);
    const hidden = hidePaths(part);
    isChanged ||= hidden !== part;
    parts.push(hidden);
    start = end;
    yield;
  }
  return isChanged ? parts.join("") : text;
}

/** A place that no path reaches over, as what is hidden around it is the same in two parts as in one. */
function endOfPart(text: string, start: number, hidePaths: (text: string) => string): number {
  for (let end = start + PART_LENGTH;; end++) {
    if (end >= text.length) return text.length;
    const [before, after] = [text.slice(end - REACH, end), text.slice(end, end + REACH)];
    if (hidePaths(before + after) === hidePaths(before) + hidePaths(after)) return end;
  }
}
