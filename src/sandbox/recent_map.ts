/** How many a {@linkcode RecentMap} keeps. */
export interface RecentMapRoom {
  /** The first ones, for good. */
  readonly first: number;
  /** Beside them, those that were touched last. */
  readonly last: number;
}

/** A map of bounded size that keeps what came first and what was touched last. */
export class RecentMap<T> {
  readonly #first = new Map<string, T>();
  readonly #last = new Map<string, T>();
  readonly #touched = new Map<T, number>();
  readonly #room: RecentMapRoom;
  #touches = 0;

  /** Makes an empty one. */
  constructor(room: RecentMapRoom) {
    this.#room = room;
  }

  /** What stands under a name, made where nothing does. */
  touch(name: string, make: () => T): T {
    const value = this.#first.get(name) ?? this.#last.get(name) ?? make();
    this.#touched.set(value, this.#touches++);
    if (this.#first.has(name)) return value;
    if (this.#first.size < this.#room.first) {
      this.#first.set(name, value);
      return value;
    }
    this.#last.delete(name);
    this.#last.set(name, value);
    if (this.#last.size > this.#room.last) this.#dropOldest();
    return value;
  }

  /** All that is kept, what was touched last at the end. */
  byTouch(): T[] {
    return [...this.#touched].sort(([, one], [, other]) => one - other).map(([value]) => value);
  }

  #dropOldest(): void {
    const [name, value] = this.#last.entries().next().value!;
    this.#last.delete(name);
    this.#touched.delete(value);
  }
}
