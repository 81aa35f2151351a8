import type { PrincipalCpu } from "./principal_cpu.ts";

/** A worker's place among those that share the machine. */
export interface CpuPlace extends Disposable {
  /** Takes what it has used since its start; tells whether its principal has used too much. */
  used(cpuMs: number): "fits" | "principal_over";
  /** How long it was held until now. */
  heldMs(): number;
}

/** Options of {@linkcode CpuShares}. */
export interface CpuSharesOptions {
  /** Of one worker, in cores. */
  readonly cpuShare: number;
  readonly principals: PrincipalCpu;
  /** Default: those of this machine. */
  readonly cores?: number;
  /** Default: the monotonic clock. */
  readonly now?: () => number;
}

/** A run that has used more than this burns; a short one never does. */
const SHORT_MS = 250;

/** So does one that has used more than this, where its principal kept half a core busy of late. */
const SHORT_OF_MANY_MS = 50;
const HEAVY_WITHIN_MS = 5_000;
const HEAVY_MS = 2_500;

/** As long as that one goes on before it makes room for another. */
const TURN_MS = 100;

/**
 * Shares the cores between workers. Short runs go as they come. Of those that burn CPU time at most
 * `cores - 1` go on at once, so that one core is free for the host and for short runs; they take
 * turns, and the principal that had least is next. No worker has more than its share.
 */
export class CpuShares {
  readonly #cpuShare: number;
  readonly #principals: PrincipalCpu;
  readonly #slots: number;
  readonly #now: () => number;
  readonly #places = new Set<CpuAccount>();
  /** What the workers of a principal had of their turns. */
  readonly #had = new Map<string, number>();

  constructor({ cpuShare, principals, cores, now }: CpuSharesOptions) {
    this.#cpuShare = cpuShare;
    this.#principals = principals;
    this.#slots = Math.max(1, (cores ?? navigator.hardwareConcurrency) - 1);
    this.#now = now ?? (() => performance.now());
  }

  /** Gives a worker a place; to be disposed of before the worker is asked for its last words. */
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
        place.letGo(now);
        this.#turn(now);
      },
    };
  }

  /** Many short runs, one after the other, burn as one long one does. */
  #shortMs(principal: string): number {
    const isHeavy = this.#principals.usedWithin(principal, HEAVY_WITHIN_MS) > HEAVY_MS;
    return isHeavy ? SHORT_OF_MANY_MS : SHORT_MS;
  }

  /** Says who goes on. */
  #turn(now: number): void {
    const burning = [...this.#places].filter((place) => place.takesPart);
    this.#enter(burning);
    const going = this.#choose(burning.filter(({ hasCredit }) => hasCredit), now);
    for (const place of burning) if (!going.has(place)) place.hold(now);
    for (const place of going) place.letGo(now);
  }

  #choose(waiting: readonly CpuAccount[], now: number): ReadonlySet<CpuAccount> {
    const going = new Set(waiting.filter((place) => place.isInTurn(now, TURN_MS)));
    const had = new Map(waiting.map(({ principal }) => [principal, this.#hadOf(principal)]));
    const give = ({ principal }: CpuAccount) => had.set(principal, had.get(principal)! + TURN_MS);
    going.forEach(give);
    while (going.size < this.#slots && going.size < waiting.length) {
      const [next] = waiting.filter((place) => !going.has(place)).sort((a, b) =>
        had.get(a.principal)! - had.get(b.principal)! || a.had - b.had
      );
      going.add(next!);
      give(next!);
    }
    return going;
  }

  #hadOf(principal: string): number {
    return this.#had.get(principal) ?? 0;
  }

  /** Who comes late has had as much as whoever had least: nobody makes up for what was before. */
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
