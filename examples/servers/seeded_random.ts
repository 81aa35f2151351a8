/** Without those that are easily taken for another or for a digit. */
const LETTERS = "ABCDEFGHKLMNPRSTUVWXYZ";

/** Numbers that look random and are the same for the same seed, on every machine. */
export class SeededRandom {
  #state: number;

  /** Starts the sequence that belongs to `seed`, any integer. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 up to, not including, 1 (the mulberry32 generator). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Whether something happens that happens `share` (0 to 1) of the time. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("Cannot pick: there are no items");
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** Some of the items in any order, none of them twice. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const chosen: T[] = [];
    while (chosen.length < count && left.length > 0) {
      const place = this.integer(0, left.length - 1);
      chosen.push(left[place] as T);
      left[place] = left.at(-1) as T;
      left.pop();
    }
    return chosen;
  }

  /** The pattern with a digit for each `#` and a capital letter for each `@`. */
  fill(pattern: string): string {
    let filled = "";
    for (const sign of pattern) {
      if (sign === "#") filled += this.integer(0, 9);
      else if (sign === "@") filled += LETTERS.charAt(this.integer(0, LETTERS.length - 1));
      else filled += sign;
    }
    return filled;
  }

  /** A day from the first of January of `firstYear` to the 28th of December of `lastYear`. */
  day(firstYear: number, lastYear: number): string {
    const year = this.integer(firstYear, lastYear);
    const [month, day] = [this.integer(1, 12), this.integer(1, 28)];
    return `${year}-${month < 10 ? 0 : ""}${month}-${day < 10 ? 0 : ""}${day}`;
  }
}
