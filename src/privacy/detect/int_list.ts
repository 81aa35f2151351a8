/** A list of integers that keeps its room when it is emptied. */
export class IntList {
  /** Only the first `length` are of the list. */
  values: Int32Array = new Int32Array(64);
  /** How many there are. */
  length = 0;

  /** Adds one at the end. */
  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  /** The integer at a place that the list has. */
  at(index: number): number {
    return this.values[index]!;
  }

  /** The first index whose integer is at least `value`, in a list that rises. */
  firstAtLeast(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.values[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
