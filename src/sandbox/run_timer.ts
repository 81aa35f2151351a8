/** The time that a run may take; it stops while the run waits for a person. */
export class RunTimer implements Disposable {
  readonly #expired = Promise.withResolvers<void>();
  readonly #onChange: (leftMs: number) => void;
  #leftMs: number;
  #since = 0;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ timeoutMs, onChange }: {
    readonly timeoutMs: number;
    /** Called with the time that the worker has left, whenever that has changed. */
    readonly onChange: (leftMs: number) => void;
  }) {
    this.#leftMs = timeoutMs;
    this.#onChange = onChange;
    this.#start();
  }

  /** Resolves when the time is over, and never otherwise. */
  get expired(): Promise<void> {
    return this.#expired.promise;
  }

  /** Stops the time, for at most `maxMs`; it runs on when all pauses are disposed of. */
  pause(maxMs: number): Disposable {
    if (this.#pauses++ === 0) {
      clearTimeout(this.#timer);
      this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since));
      this.#onChange(Math.ceil(this.#leftMs + maxMs));
    }
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        if (--this.#pauses > 0) return;
        this.#onChange(Math.ceil(this.#leftMs));
        this.#start();
      },
    };
  }

  #start(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(() => this.#expired.resolve(), this.#leftMs);
  }

  [Symbol.dispose](): void {
    this.#pauses++;
    clearTimeout(this.#timer);
  }
}
