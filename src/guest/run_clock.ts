/** The clock of a program: what it says is kept, so that it can say the same again. */
export interface RunClock {
  /** Milliseconds since 1970, with tenths. */
  now(): number;
  /** Starts with what was said before, as pairs of a time and how often it was read. */
  start(startedAt: number, reads: readonly number[]): void;
  /** When the run was started for the first time. */
  readonly startedAt: number;
  /** What was said and not taken before, as such pairs; undefined where nothing was. */
  take(): number[] | undefined;
}

/** A program that reads the clock more often, at different times, is not kept to them. */
const MAX_KEPT = 100_000;
const TENTHS = 10;

const { trunc } = Math;

/** Makes the clock of a program. */
export function createRunClock(): RunClock {
  // Taken before the program could replace it.
  const elapsed = performance.now.bind(performance);
  const origin = performance.timeOrigin;
  let startedAt = origin;
  let before: readonly number[] = [];
  let at = 0;
  let left = 0;
  let last = 0;
  let kept = createReads();
  let keptCount = 0;

  function keep(): void {
    if (kept.length > 0 && kept[kept.length - 2] === last) {
      kept[kept.length - 1]!++;
    } else if (keptCount < MAX_KEPT) {
      kept[kept.length] = last;
      kept[kept.length] = 1;
      keptCount++;
    }
  }

  return {
    now() {
      if (at < before.length) {
        if (left === 0) left = before[at + 1]!;
        last = before[at]!;
        if (--left === 0) at += 2;
        return last;
      }
      const read = trunc((origin + elapsed()) * TENTHS) / TENTHS;
      if (read > last) last = read;
      keep();
      return last;
    },
    start(first, reads) {
      startedAt = first;
      before = reads;
      kept = createReads();
    },
    get startedAt() {
      return startedAt;
    },
    take() {
      if (kept.length === 0) return undefined;
      const taken = kept;
      kept = createReads();
      return taken;
    },
  };
}

/** A list that inherits nothing: no setter of a program's is found on the way to a place in it. */
function createReads(): number[] {
  return Object.setPrototypeOf([], null);
}
