/** Runs that the rate is of: the latest. */
const WINDOW = 100;

/** Runs below which a rate says nothing. */
const MIN_RUNS = 20;

/** A higher rate is told. */
const MAX_RATE = 0.1;

/** How many of the latest programs gave way to a classic call. */
export class FallbackRate {
  readonly #latest: boolean[] = [];
  #isHigh = false;

  /** Of the latest hundred runs; 0 to 1. */
  get rate(): number {
    const { length } = this.#latest;
    return length === 0 ? 0 : this.#latest.filter((fellBack) => fellBack).length / length;
  }

  /** Counts a run; gives the rate once each time that it has become too high. */
  add(fellBack: boolean): number | undefined {
    this.#latest.push(fellBack);
    if (this.#latest.length > WINDOW) this.#latest.shift();
    const wasHigh = this.#isHigh;
    this.#isHigh = this.#latest.length >= MIN_RUNS && this.rate > MAX_RATE;
    return this.#isHigh && !wasHigh ? this.rate : undefined;
  }
}

/** Lets so many different labels through: each is a time series for good. */
export class LabelLimit {
  readonly #max: number;
  readonly #known = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether the label is one of the first so many. */
  has(label: string): boolean {
    if (this.#known.has(label)) return true;
    if (this.#known.size >= this.#max) return false;
    this.#known.add(label);
    return true;
  }
}
