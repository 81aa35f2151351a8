import { AirlockError } from "../model/errors.ts";

/** The permission of one run to be active. Disposing it admits the next run. */
export interface RunSlot extends Disposable {
  /** Aborts when the run must end. */
  readonly signal: AbortSignal;
  /** Ends the run. */
  cancel(): void;
  /** Reports that the client has disconnected. */
  leave(): void;
}

/** What becomes of a run whose client disconnects. */
type WhenGone = "cancel" | "go on";

interface RunSlotsOptions {
  /** Active runs at once. */
  readonly running: number;
  /** Runs that may wait for one of them to end. */
  readonly waiting: number;
  /** Longest wait of each. */
  readonly waitMs: number;
}

interface Waiter {
  readonly whenGone: WhenGone;
  admit(slot: RunSlot): void;
  refuse(error: AirlockError): void;
}

/** Admits a number of runs at once, queues a few more in order, and refuses the rest. */
export class RunSlots {
  readonly #options: RunSlotsOptions;
  readonly #running = new Set<RunSlot>();
  readonly #waiting = new Set<Waiter>();
  readonly #idle = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: RunSlotsOptions) {
    this.#options = options;
  }

  /** Whether no more runs are admitted. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when no more runs are admitted and none is active. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  /**
   * Admits a run, at once or when it is its turn.
   *
   * @param gone aborts when the client disconnects; a run that waits then never begins
   * @throws {AirlockError} BUSY, or CANCELLED where the client disconnected during the wait
   */
  async take(
    gone: AbortSignal,
    { whenGone = "cancel" }: { readonly whenGone?: WhenGone } = {},
  ): Promise<RunSlot> {
    if (this.#closed) throw stopping();
    const { running, waiting } = this.#options;
    const slot = this.#running.size < running
      ? this.#open(whenGone)
      : this.#waiting.size < waiting
      ? await this.#wait(gone, whenGone)
      : undefined;
    if (slot === undefined) throw busy();
    if (gone.aborted) slot.leave();
    gone.addEventListener("abort", () => slot.leave(), { once: true, signal: slot.signal });
    return slot;
  }

  /** Admits no more runs. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.refuse(stopping());
    this.#settle();
  }

  /** Ends all active runs. */
  cancelAll(): void {
    for (const slot of this.#running) slot.cancel();
  }

  #open(whenGone: WhenGone): RunSlot {
    const controller = new AbortController();
    const slot: RunSlot = {
      signal: controller.signal,
      cancel: () => controller.abort(),
      leave: () => {
        if (whenGone === "cancel") controller.abort();
      },
      [Symbol.dispose]: () => {
        if (this.#running.delete(slot)) this.#settle();
      },
    };
    this.#running.add(slot);
    return slot;
  }

  async #wait(gone: AbortSignal, whenGone: WhenGone): Promise<RunSlot> {
    const { promise, resolve, reject } = Promise.withResolvers<RunSlot>();
    const waiter: Waiter = { whenGone, admit: resolve, refuse: (error) => giveUp(error) };
    // Removed from the queue at once: a slot given to it afterwards would never be disposed.
    const giveUp = (error: AirlockError) => {
      this.#waiting.delete(waiter);
      reject(error);
    };
    const onGone = () => giveUp(new AirlockError("CANCELLED", "Cannot start run: its client left"));
    const timer = setTimeout(() => giveUp(busy()), this.#options.waitMs);
    gone.addEventListener("abort", onGone);
    this.#waiting.add(waiter);
    try {
      return await promise;
    } finally {
      gone.removeEventListener("abort", onGone);
      clearTimeout(timer);
    }
  }

  #settle(): void {
    const [next] = this.#waiting;
    if (!this.#closed && next !== undefined) {
      this.#waiting.delete(next);
      next.admit(this.#open(next.whenGone));
    }
    if (this.#closed && this.#running.size === 0) this.#idle.resolve();
  }
}

function busy(): AirlockError {
  return new AirlockError("BUSY", "Cannot start run: as many as may be are under way");
}

function stopping(): AirlockError {
  return new AirlockError("BUSY", "Cannot start run: the gateway is stopping");
}
