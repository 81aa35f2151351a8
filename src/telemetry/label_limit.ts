/** Lets so many different labels through: each costs whoever collects them for ever. */
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
