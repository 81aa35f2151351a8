/** Options of {@linkcode RunTimer}. */
export interface RunTimerOptions {
  readonly timeoutMs: number;
  /** Hears how long the worker may go on, as far as that has changed. */
  readonly onChange: (leftMs: number) => void;
}

/** The time that a run may take, standing still while a person is waited for. */
export class RunTimer implements Disposable {
  readonly #expired = Promise.withResolvers<void>();
  readonly #onChange: (leftMs: number) => void;
  #leftMs: number;
  #since = 0;
  #pauses = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Starts it. */
  constructor({ timeoutMs, onChange }: RunTimerOptions) {
    this.#leftMs = timeoutMs;
    this.#onChange = onChange;
    this.#start();
  }

  /** Resolves when the time is over, and never otherwise. */
  get expired(): Promise<void> {
    return this.#expired.promise;
  }

  /** Stands still, for at most so long; goes on when all pauses are disposed of. */
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
