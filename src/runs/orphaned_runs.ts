import type { HostLock } from "../storage/host_lock.ts";
import type { RunStore } from "../storage/run_store.ts";
import type { StoredRun } from "../storage/stored_run.ts";

/** Options of {@linkcode OrphanedRuns}. */
export interface LostRunsOptions {
  readonly store: RunStore;
  readonly hostLock: HostLock;
  /** Goes on with a run, which is this host's from now on. */
  readonly goOn: (run: StoredRun) => void;
}

/** A host that dies writes nothing: it is looked for from time to time. */
const LOOK_MS = 1_000;

/** Runs whose host has died, whenever it does. */
export class OrphanedRuns implements Disposable {
  readonly #options: LostRunsOptions;
  /** What this host has let go again is not taken up by it time after time. */
  #taken: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: LostRunsOptions) {
    this.#options = options;
  }

  /** Looks now, and from time to time from now on. */
  watch(): void {
    this.#look();
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** Takes a run over whose host has died, and gives it; undefined where it is another's. */
  claim(run: StoredRun): StoredRun | undefined {
    const { store, hostLock } = this.#options;
    const isLost = run.state !== "finished" && !hostLock.isAlive(run.owner);
    return isLost && store.claim(run) ? store.find(run.runId) : undefined;
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const taken = new Set<string>();
    for (const owner of this.#options.store.owners()) {
      for (const run of this.#lostBy(owner)) {
        if (this.#taken.has(run.runId) || this.#take(run)) taken.add(run.runId);
      }
    }
    this.#taken = taken;
  }

  #lostBy(owner: string): StoredRun[] {
    const { store, hostLock } = this.#options;
    return owner === hostLock.hostId || hostLock.isAlive(owner) ? [] : store.unfinished(owner);
  }

  #take(run: StoredRun): boolean {
    const claimed = this.claim(run);
    try {
      if (claimed !== undefined) this.#options.goOn(claimed);
    } catch {
      // Whoever asks for it hears of it; the others are not kept from going on.
    }
    return claimed !== undefined;
  }
}
