/**
 * Writes words as one line, each as the number of letters that it shares with the one before and
 * the rest: half the size of the plain list.
 */
export function frontCode(words: readonly string[]): string {
  let previous = "";
  const parts = [...new Set(words)].sort().map((word) => {
    let shared = 0;
    while (shared < MAX_SHARED && shared < previous.length && word[shared] === previous[shared]) {
      shared++;
    }
    previous = word;
    return shared.toString(36) + word.slice(shared);
  });
  return parts.join(" ");
}

/** The words of a line that {@linkcode frontCode} wrote. */
export function* readFrontCoded(line: string): Generator<string> {
  let previous = "";
  for (const part of line.split(" ")) {
    previous = previous.slice(0, parseInt(part[0]!, 36)) + part.slice(1);
    yield previous;
  }
}

const MAX_SHARED = 35;
