import { AirlockError } from "../../model/errors.ts";
import { readCpuMs } from "../../process/process_family.ts";
import { RecentUse } from "../../work/job.ts";
import type { CheckInput, CompilerProcess, Diagnostic } from "./compiler_process.ts";
import type { ProgramFiles } from "./program_files.ts";

/** How a check ended. */
export type Checked =
  | {
    readonly kind: "checked";
    readonly diagnostics: readonly Diagnostic[];
    readonly files: ProgramFiles;
  }
  | { readonly kind: "over_budget" }
  | { readonly kind: "no_compiler"; readonly reason: string };

interface CompilerLanesOptions {
  /** The CPU time that one check may take. */
  readonly timeoutMs: number;
  /** Gives a compiler, or why there is none. */
  start(): Promise<CompilerProcess | string>;
  onCpu?(principal: string, ms: number): void;
}

/** Whose check it is, and of what. */
export interface LaneCheck {
  readonly principal: string;
  readonly input: CheckInput;
}

/** Two lanes: one for long checks, one for another principal's short ones. */
const LANES = 2;
/** How long a check goes on while another principal's waits. */
const QUANTUM_MS = 40;
/** Time after which a check gives way to one of a principal that used far less, and starts again. */
const PATIENCE_MS = 400;
const FAR_MORE_MS = 100;
/** The machine may be busy: so many times its CPU time is the most that a check takes. */
const WALL_TIMES = 10;
const MOST_WAITING_EACH = 32;

interface Waiting extends LaneCheck {
  settle(checked: Checked): void;
  /** Whether a compiler has died over it already. */
  diedOnce: boolean;
  wasPutBack: boolean;
}

interface Lane {
  compiler: Promise<CompilerProcess | string> | undefined;
  /** Its process, once it is there. */
  process: CompilerProcess | undefined;
  check: Waiting | undefined;
  since: number;
  resumedAt: number;
  countedAt: number;
  cpuMs: number;
  usedMs: number;
  isStopped: boolean;
  /** What became of the check, where the compiler was killed over it. */
  killedFor: "budget" | "room" | undefined;
}

/**
 * Two compilers, each with one check at a time: no caller's check stands before another's. Whose
 * principal used least goes first; the other is stopped meanwhile.
 */
export class CompilerLanes {
  readonly #options: CompilerLanesOptions;
  readonly #use = new RecentUse();
  readonly #waiting: Waiting[] = [];
  readonly #lanes: Lane[] = Array.from({ length: LANES }, emptyLane);
  #tick: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CompilerLanesOptions) {
    this.#options = options;
  }

  /** Has the first compiler ready. */
  warm(): void {
    this.#compilerOf(this.#lanes[0]!).catch(() => {});
  }

  /**
   * Checks a program when it is its turn.
   *
   * @throws {AirlockError} BUSY where the principal has too many waiting
   */
  check(check: LaneCheck): Promise<Checked> {
    const own = this.#waiting.filter(({ principal }) => principal === check.principal);
    if (own.length >= MOST_WAITING_EACH) {
      return Promise.reject(
        new AirlockError("BUSY", "Cannot check types: too many programs wait for it"),
      );
    }
    const { promise, resolve } = Promise.withResolvers<Checked>();
    this.#waiting.push({ ...check, settle: resolve, diedOnce: false, wasPutBack: false });
    this.#next();
    return promise;
  }

  /** Stops the watch; the processes belong to their starter. */
  close(): void {
    clearTimeout(this.#tick);
    for (const { settle } of this.#waiting.splice(0)) {
      settle({ kind: "no_compiler", reason: "the runtime has ended" });
    }
  }

  #next(): void {
    for (let next; (next = this.#choose()) !== undefined;) {
      const lane = this.#lanes.find(({ check }) => check === undefined) ?? this.#makeRoom(next);
      if (lane === undefined) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      void this.#do(lane, next);
    }
    this.#share();
    clearTimeout(this.#tick);
    if (this.#lanes.every(({ check }) => check === undefined)) return;
    this.#tick = setTimeout(() => this.#look(), QUANTUM_MS);
  }

  /** The waiting check of the principal who used least, and has none under way. */
  #choose(): Waiting | undefined {
    let best: Waiting | undefined;
    for (const waiting of this.#waiting) {
      const { principal } = waiting;
      if (this.#lanes.some(({ check }) => check?.principal === principal)) continue;
      if (best === undefined || this.#use.of(principal) < this.#use.of(best.principal)) {
        best = waiting;
      }
    }
    return best;
  }

  #makeRoom(next: Waiting): undefined {
    if (next.wasPutBack) return;
    const now = performance.now();
    for (const lane of this.#lanes) {
      const { check, killedFor, since } = lane;
      if (check === undefined || killedFor !== undefined || now - since < PATIENCE_MS) continue;
      const used = this.#use.of(check.principal);
      if (used < this.#use.of(next.principal) + FAR_MORE_MS) continue;
      lane.killedFor = "room";
      lane.process?.kill();
      return;
    }
  }

  async #do(lane: Lane, check: Waiting): Promise<void> {
    const now = performance.now();
    Object.assign(lane, { check, since: now, resumedAt: now, countedAt: now, usedMs: 0 });
    const checked = await this.#diagnose(lane, check.input);
    this.#count();
    const { killedFor } = lane;
    if (lane.isStopped) lane.process?.goOn();
    Object.assign(lane, { check: undefined, killedFor: undefined, isStopped: false });
    if (checked !== "died") check.settle(checked);
    else if (killedFor === "budget" || killedFor === undefined && check.diedOnce) {
      check.settle({ kind: "over_budget" });
    } // The process may have died of an earlier check: one more try, in a new one.
    else if (killedFor === undefined) this.#waiting.push({ ...check, diedOnce: true });
    else this.#waiting.push({ ...check, wasPutBack: true });
    this.#next();
  }

  async #diagnose(lane: Lane, input: CheckInput): Promise<Checked | "died"> {
    const compiler = await this.#compilerOf(lane);
    if (typeof compiler === "string") return { kind: "no_compiler", reason: compiler };
    if (lane.killedFor !== undefined) compiler.kill();
    lane.process = compiler;
    lane.cpuMs = readCpuMs(compiler.pid) ?? 0;
    lane.since = lane.resumedAt = lane.countedAt = performance.now();
    try {
      const diagnostics = await compiler.check(input);
      return { kind: "checked", diagnostics, files: compiler.files };
    } catch {
      lane.compiler = lane.process = undefined;
      if (lane === this.#lanes[0]) this.warm();
      return "died";
    }
  }

  async #compilerOf(lane: Lane): Promise<CompilerProcess | string> {
    const compiler = await (lane.compiler ??= this.#options.start());
    if (typeof compiler === "object" && !compiler.isGone) return compiler;
    lane.compiler = undefined;
    // The next program tries again: what kept it from starting may pass.
    if (typeof compiler === "string") return compiler;
    return await (lane.compiler = this.#options.start());
  }

  #look(): void {
    this.#count();
    const { timeoutMs } = this.#options;
    const now = performance.now();
    for (const lane of this.#lanes) {
      if (lane.process === undefined || lane.check === undefined) continue;
      const isOver = lane.usedMs > timeoutMs || now - lane.since > timeoutMs * WALL_TIMES;
      if (!isOver || lane.killedFor !== undefined) continue;
      lane.killedFor = "budget";
      lane.process.kill();
    }
    this.#next();
  }

  #count(): void {
    const now = performance.now();
    for (const lane of this.#lanes) {
      const { check, process, isStopped, countedAt } = lane;
      if (check === undefined || process === undefined) continue;
      lane.countedAt = now;
      if (isStopped) continue;
      const wallMs = now - countedAt;
      const cpuMs = readCpuMs(process.pid);
      const usedMs = cpuMs === undefined ? wallMs : Math.max(0, cpuMs - lane.cpuMs);
      lane.cpuMs = cpuMs ?? 0;
      lane.usedMs += usedMs;
      this.#use.add(check.principal, usedMs);
      if (usedMs > 0) this.#options.onCpu?.(check.principal, usedMs);
    }
  }

  /** Lets the check of whom used least go on, and others that have had their turn stand still. */
  #share(): void {
    const busy = this.#lanes.filter(({ check, process }) => check && process);
    const least =
      busy.toSorted((one, other) =>
        this.#use.of(one.check!.principal) - this.#use.of(other.check!.principal)
      )[0];
    const now = performance.now();
    for (const lane of busy) {
      const mayGoOn = lane === least || now - lane.resumedAt < QUANTUM_MS;
      if (mayGoOn === !lane.isStopped) continue;
      lane.isStopped = !mayGoOn;
      if (mayGoOn) {
        lane.resumedAt = now;
        lane.process!.goOn();
      } else lane.process!.stop();
    }
  }
}

function emptyLane(): Lane {
  return {
    ...{ compiler: undefined, process: undefined, check: undefined, killedFor: undefined },
    ...{ since: 0, resumedAt: 0, countedAt: 0, cpuMs: 0, usedMs: 0, isStopped: false },
  };
}
