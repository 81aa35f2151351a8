import type { PrincipalCpu } from "./principal_cpu.ts";
import type { HoldableWorker } from "./sandbox.ts";

/** A worker's share of the machine. */
export interface CpuPlace extends Disposable {
  /** Counts its CPU time since its start; tells whether its principal has used too much. */
  used(cpuMs: number): "fits" | "principal_over";
  /** Returns how long it was held until now. */
  heldMs(): number;
}

/** A run that has used more than this burns CPU time. */
const SHORT_MS = 250;

/** The same, of a principal that kept half a core busy of late. */
const SHORT_OF_MANY_MS = 50;
const HEAVY_WITHIN_MS = 5_000;
const HEAVY_MS = 2_500;

/** A worker runs for so long before another has its turn. */
const TURN_MS = 100;

/**
 * Shares the cores between workers. Short runs are never held. Of those that burn CPU time at most
 * `cores - 1` run at once, so that one core is free for the host and for short runs; they take
 * turns, and the principal that had least is next. No worker has more than its share.
 */
export class CpuShares {
  readonly #cpuShare: number;
  readonly #principals: PrincipalCpu;
  readonly #slots: number;
  readonly #now: () => number;
  readonly #places = new Set<CpuAccount>();
  /** CPU time that the workers of a principal had in their turns. */
  readonly #had = new Map<string, number>();

  constructor({ cpuShare, principals, cores, now }: {
    readonly cpuShare: number;
    readonly principals: PrincipalCpu;
    readonly cores?: number;
    /** Default: the monotonic clock. */
    readonly now?: () => number;
  }) {
    this.#cpuShare = cpuShare;
    this.#principals = principals;
    this.#slots = Math.max(1, (cores ?? navigator.hardwareConcurrency) - 1);
    this.#now = now ?? (() => performance.now());
  }

  /** Adds a worker; its share is disposed of before the rest of its output is read. */
  join(worker: HoldableWorker, principal: string): CpuPlace {
    const place = new CpuAccount(worker, principal, this.#now());
    this.#places.add(place);
    return {
      used: (cpuMs) => {
        const now = this.#now();
        const shortMs = this.#shortMs(principal);
        const ms = place.look(cpuMs, { now, share: this.#cpuShare, shortMs });
        this.#principals.add(principal, ms);
        if (place.isIn) this.#had.set(principal, this.#hadOf(principal) + ms);
        this.#turn(now);
        return place.burns && this.#principals.isOver(principal) ? "principal_over" : "fits";
      },
      heldMs: () => place.heldMs(this.#now()),
      [Symbol.dispose]: () => {
        if (!this.#places.delete(place)) return;
        const now = this.#now();
        place.resume(now);
        this.#turn(now);
      },
    };
  }

  /** Many short runs, one after the other, burn as one long one does. */
  #shortMs(principal: string): number {
    const isHeavy = this.#principals.usedWithin(principal, HEAVY_WITHIN_MS) > HEAVY_MS;
    return isHeavy ? SHORT_OF_MANY_MS : SHORT_MS;
  }

  #turn(now: number): void {
    const burning = [...this.#places].filter((place) => place.takesPart);
    this.#enter(burning);
    const running = this.#choose(burning.filter(({ hasCredit }) => hasCredit), now);
    for (const place of burning) if (!running.has(place)) place.hold(now);
    for (const place of running) place.resume(now);
  }

  #choose(waiting: readonly CpuAccount[], now: number): ReadonlySet<CpuAccount> {
    const running = new Set(waiting.filter((place) => place.isInTurn(now, TURN_MS)));
    const had = new Map(waiting.map(({ principal }) => [principal, this.#hadOf(principal)]));
    const give = ({ principal }: CpuAccount) => had.set(principal, had.get(principal)! + TURN_MS);
    running.forEach(give);
    while (running.size < this.#slots && running.size < waiting.length) {
      const [next] = waiting.filter((place) => !running.has(place)).sort((a, b) =>
        had.get(a.principal)! - had.get(b.principal)! || a.had - b.had
      );
      running.add(next!);
      give(next!);
    }
    return running;
  }

  #hadOf(principal: string): number {
    return this.#had.get(principal) ?? 0;
  }

  /** A newcomer counts as having had as much as the one that had least. */
  #enter(burning: readonly CpuAccount[]): void {
    const inside = burning.filter(({ isIn }) => isIn);
    const principals = new Set(inside.map(({ principal }) => principal));
    for (const known of this.#had.keys()) if (!principals.has(known)) this.#had.delete(known);
    const least = Math.min(...[...principals].map((principal) => this.#hadOf(principal)));
    for (const place of burning) {
      if (place.isIn) continue;
      const { principal } = place;
      if (!this.#had.has(principal)) this.#had.set(principal, Number.isFinite(least) ? least : 0);
      const own = inside.filter((other) => other.principal === principal).map(({ had }) => had);
      place.enter(own.length === 0 ? 0 : Math.min(...own));
    }
  }
}

/** The most that a worker may use at once beyond its share, and the most that it can owe. */
const BURST_MS = 200;
const MOST_DEBT_MS = 1_000;

/** A worker that wants less of a core than this, for so long, is idle. */
const BUSY_SHARE = 0.4;
const IDLE_MS = 200;

class CpuAccount {
  readonly principal: string;
  /** Whether its run has used more than a short one. */
  burns = false;
  had = 0;
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

  /** Counts its CPU time since its start; returns what is new of that. */
  look(cpuMs: number, { now, share, shortMs }: {
    readonly now: number;
    readonly share: number;
    /** Use since its beginning above which a run burns. */
    readonly shortMs: number;
  }): number {
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

  get takesPart(): boolean {
    return this.#isHeld || (this.burns && this.#idleMs < IDLE_MS) || !this.hasCredit;
  }

  /** Tells whether its share leaves it something. */
  get hasCredit(): boolean {
    return this.#credit >= 0;
  }

  isInTurn(now: number, turnMs: number): boolean {
    return this.isIn && !this.#isHeld && now - this.#since < turnMs;
  }

  /** Has it take turns from now on, as one that had that much. */
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

  resume(now: number): void {
    if (!this.#isHeld) return;
    this.#heldMs += now - this.#since;
    this.#isHeld = false;
    this.#since = now;
    this.#lookedAt = now;
    this.#worker.resume();
  }

  heldMs(now: number): number {
    return this.#heldMs + (this.#isHeld ? now - this.#since : 0);
  }
}
