import { sleep } from "airlock";

/** Options of {@linkcode pollUntil}. */
export interface PollOptions<T> {
  /** Whether what was seen is what is waited for; throw where it never will be. */
  readonly until: (seen: T) => boolean;
  /** Pause before the second look; each further one is half as long again. Default: 250 ms. */
  readonly everyMs?: number;
  /** Longest pause. Default: 5,000 ms. */
  readonly longestMs?: number;
  /** Default: 25,000 ms, less than a run may take. */
  readonly timeoutMs?: number;
}

/** Looks again and again until a condition holds; gives what was seen last. */
export async function pollUntil<T>(look: () => Promise<T>, options: PollOptions<T>): Promise<T> {
  const { until, everyMs = 250, longestMs = 5_000, timeoutMs = 25_000 } = options;
  const end = performance.now() + timeoutMs;
  for (let pauseMs = everyMs;; pauseMs = Math.min(longestMs, pauseMs * 1.5)) {
    const seen = await look();
    if (until(seen)) return seen;
    if (performance.now() + pauseMs > end) {
      throw new Error(`Cannot wait any longer: after ${timeoutMs} ms it is still not so`);
    }
    await sleep(pauseMs);
  }
}
