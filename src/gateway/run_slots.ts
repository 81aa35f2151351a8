import { AirlockError } from "../model/errors.ts";

/** The right of one run to be under way. Disposing of it lets the next one in. */
export interface RunSlot extends Disposable {
  /** Aborts when the run must end. */
  readonly signal: AbortSignal;
  /** Ends the run. */
  cancel(): void;
  /** Says that its client has gone away. */
  leave(): void;
}

/** What becomes of a run whose client goes away while it is under way. */
export type WhenGone = "cancel" | "go on";

/** Options of {@linkcode RunSlots}. */
export interface RunSlotsOptions {
  /** How many runs may be under way at once. */
  readonly running: number;
  /** How many more may wait for one of them to end. */
  readonly waiting: number;
  /** How long each may wait. */
  readonly waitMs: number;
}

interface Waiter {
  readonly whenGone: WhenGone;
  enter(slot: RunSlot): void;
  refuse(error: AirlockError): void;
}

/** Lets so many runs in at once, keeps a few waiting in their order, and sends the rest away. */
export class RunSlots {
  readonly #options: RunSlotsOptions;
  readonly #running = new Set<RunSlot>();
  readonly #waiting = new Set<Waiter>();
  readonly #idle = Promise.withResolvers<void>();
  #closed = false;

  constructor(options: RunSlotsOptions) {
    this.#options = options;
  }

  /** Whether no run is let in any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves when no more runs are let in and none is under way. */
  get idle(): Promise<void> {
    return this.#idle.promise;
  }

  /**
   * Lets a run in, at once or when it is its turn.
   *
   * @param gone aborts when its client goes away; a run that has not begun then never does
   * @throws {AirlockError} BUSY, or CANCELLED where its client went away while it waited
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

  /** Lets no more runs in. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.refuse(stopping());
    this.#settle();
  }

  /** Ends all runs that are under way. */
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
    const waiter: Waiter = { whenGone, enter: resolve, refuse: (error) => giveUp(error) };
    // Whoever no longer waits leaves the queue at once: a slot given to it would never come back.
    const giveUp = (error: AirlockError) => {
      this.#waiting.delete(waiter);
      reject(error);
    };
    const leave = () => giveUp(new AirlockError("CANCELLED", "Cannot start run: its client left"));
    const timer = setTimeout(() => giveUp(busy()), this.#options.waitMs);
    gone.addEventListener("abort", leave);
    this.#waiting.add(waiter);
    try {
      return await promise;
    } finally {
      gone.removeEventListener("abort", leave);
      clearTimeout(timer);
    }
  }

  #settle(): void {
    const [next] = this.#waiting;
    if (!this.#closed && next !== undefined) {
      this.#waiting.delete(next);
      next.enter(this.#open(next.whenGone));
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
