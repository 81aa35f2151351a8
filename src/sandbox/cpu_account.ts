/** A worker that can be made to wait. */
export interface HoldableWorker {
  /** Stops it where it stands: it goes on when it is let go, and can be ended at any time. */
  hold(): void;
  letGo(): void;
  /** How long it has waited for a core while others had them all; 0 where nothing tells. */
  waitedMs(): number;
  /** Puts it behind all that does not burn CPU time, for good. */
  putBehind(): void;
}

/** What a worker may use at once beyond its share, and how far it can fall behind. */
const BURST_MS = 200;
const MOST_DEBT_MS = 1_000;

/** A worker that wants less of a core than this, for so long, waits for something else. */
const BUSY_SHARE = 0.4;
const IDLE_MS = 200;

/** Options of {@linkcode CpuAccount.look}. */
export interface LookOptions {
  readonly now: number;
  /** In cores. */
  readonly share: number;
  /** Whose run has used more than this since it began burns. */
  readonly shortMs: number;
}

/** What one worker has used, and may. */
export class CpuAccount {
  readonly principal: string;
  /** Whether its run is none of the short ones. */
  burns = false;
  /** What it had since it came in, as the turns count it. */
  had = 0;
  /** Whether it takes turns. */
  isIn = false;
  readonly #worker: HoldableWorker;
  #firstMs: number | undefined;
  #lastMs = 0;
  #waitedMs: number | undefined;
  #lookedAt: number;
  #credit = BURST_MS;
  #idleMs = IDLE_MS;
  #isBehind = false;
  #isHeld = false;
  #since: number;
  #heldMs = 0;

  constructor(worker: HoldableWorker, principal: string, now: number) {
    this.#worker = worker;
    this.principal = principal;
    this.#lookedAt = this.#since = now;
  }

  /** Takes what it has used since its start; gives what is new of that. */
  look(cpuMs: number, { now, share, shortMs }: LookOptions): number {
    this.#firstMs ??= cpuMs;
    const ms = Math.max(0, cpuMs - this.#lastMs);
    const ofRun = cpuMs === this.#firstMs ? 0 : ms;
    const pausedMs = now - this.#lookedAt;
    this.#lastMs = Math.max(this.#lastMs, cpuMs);
    this.#lookedAt = now;
    this.burns ||= this.#lastMs - this.#firstMs > shortMs;
    const credit = Math.min(BURST_MS, this.#credit + share * pausedMs) - ofRun;
    this.#credit = Math.max(-MOST_DEBT_MS, credit);
    if (this.burns && ofRun + this.#newlyWaitedMs() >= pausedMs * BUSY_SHARE) this.#idleMs = 0;
    else if (!this.#isHeld) this.#idleMs += pausedMs;
    if (this.isIn) this.had += ofRun;
    if (!this.takesPart) this.isIn = false;
    if (this.burns && !this.#isBehind) {
      this.#isBehind = true;
      this.#worker.putBehind();
    }
    return ms;
  }

  #newlyWaitedMs(): number {
    const before = this.#waitedMs;
    this.#waitedMs = this.#worker.waitedMs();
    return before === undefined ? 0 : this.#waitedMs - before;
  }

  /** Whether it must take turns now. */
  get takesPart(): boolean {
    return this.#isHeld || (this.burns && this.#idleMs < IDLE_MS) || !this.hasCredit;
  }

  /** Whether its share leaves it something. */
  get hasCredit(): boolean {
    return this.#credit >= 0;
  }

  /** Whether it has just begun its turn. */
  isInTurn(now: number, turnMs: number): boolean {
    return this.isIn && !this.#isHeld && now - this.#since < turnMs;
  }

  /** Takes turns from now on, and counts as having had that much. */
  enter(had: number): void {
    this.isIn = true;
    this.had = had;
  }

  hold(now: number): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#since = now;
    this.#worker.hold();
  }

  letGo(now: number): void {
    if (!this.#isHeld) return;
    this.#heldMs += now - this.#since;
    this.#isHeld = false;
    this.#since = now;
    this.#lookedAt = now;
    this.#worker.letGo();
  }

  heldMs(now: number): number {
    return this.#heldMs + (this.#isHeld ? now - this.#since : 0);
  }
}
