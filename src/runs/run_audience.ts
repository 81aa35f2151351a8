import type { RunEvent, RunRequest } from "../model/run_request.ts";

/** Those who wait for a run: who began it, and who has asked for it since. */
export class RunAudience {
  readonly #impatient = new AbortController();
  readonly #listeners: ((event: RunEvent) => void)[] = [];

  /** Aborts as soon as one of them no longer waits for a person. */
  get waitSignal(): AbortSignal {
    return this.#impatient.signal;
  }

  /** Adds one. */
  join({ onEvent, waitSignal }: Pick<RunRequest, "onEvent" | "waitSignal">): void {
    if (onEvent !== undefined) this.#listeners.push(onEvent);
    const lose = () => this.#impatient.abort();
    if (waitSignal?.aborted) lose();
    else waitSignal?.addEventListener("abort", lose, { once: true });
  }

  /** Tells all of them what happens. */
  tell(event: RunEvent): void {
    for (const hear of this.#listeners) hear(event);
  }
}
