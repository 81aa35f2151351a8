import type { KnownRun } from "../model/run_request.ts";
import type { RunResult } from "../model/run_result.ts";
import { hostTurns } from "../work/host_turns.ts";

/** How much of finished runs is remembered. */
const MAX_FINISHED_BYTES = 16 * 1024 * 1024;

/** A run under way. */
interface RunningRun {
  readonly controller: AbortController;
  /** Whose it is. */
  readonly principal: string;
  /** Others' work makes room for it. */
  readonly turn: Disposable;
}

/** A run that has finished. */
interface FinishedRun {
  /** Whose number is what they cost: the texts of an object may keep far larger ones alive. */
  readonly bytes: Uint8Array;
  readonly principal: string;
}

/** The runs of a runtime: those under way, and the latest that have finished. */
export class RunRegistry {
  readonly #running = new Map<string, RunningRun>();
  readonly #finished = new Map<string, FinishedRun>();
  #finishedBytes = 0;

  /** Adds a run that begins, of whoever asked for it; the signal aborts when it is cancelled. */
  begin(runId: string, principal: string): AbortSignal {
    const controller = new AbortController();
    this.#running.get(runId)?.turn[Symbol.dispose]();
    this.#running.set(runId, { controller, principal, turn: hostTurns.enter(principal) });
    return controller.signal;
  }

  /** Says that a run has ended; the oldest results give way. */
  finish(result: RunResult): void {
    const principal = this.principalOf(result.runId);
    // Whatever was not begun here is written down, with whose it is.
    if (principal === undefined) return;
    this.#end(result.runId);
    const bytes = new TextEncoder().encode(JSON.stringify(result));
    this.#finishedBytes += bytes.length - (this.#finished.get(result.runId)?.bytes.length ?? 0);
    this.#finished.set(result.runId, { bytes, principal });
    for (const [runId, oldest] of this.#finished) {
      if (this.#finishedBytes <= MAX_FINISHED_BYTES) break;
      this.#finished.delete(runId);
      this.#finishedBytes -= oldest.bytes.length;
    }
  }

  /** Forgets a run that came to no result. */
  forget(runId: string): void {
    this.#end(runId);
  }

  #end(runId: string): void {
    this.#running.get(runId)?.turn[Symbol.dispose]();
    this.#running.delete(runId);
  }

  /** What is known of a run; undefined for one that never was or is forgotten. */
  find(runId: string): KnownRun | undefined {
    if (this.#running.has(runId)) return { state: "running" };
    const finished = this.#finished.get(runId);
    if (finished === undefined) return undefined;
    return { state: "finished", result: JSON.parse(new TextDecoder().decode(finished.bytes)) };
  }

  /** Whose a run is; undefined for one that never was or is forgotten. */
  principalOf(runId: string): string | undefined {
    return (this.#running.get(runId) ?? this.#finished.get(runId))?.principal;
  }

  /** Cancels a run; false where it is not under way. */
  cancel(runId: string): boolean {
    const running = this.#running.get(runId);
    running?.controller.abort();
    return running !== undefined;
  }

  /** Cancels all that are under way. */
  cancelAll(): void {
    for (const { controller } of this.#running.values()) controller.abort();
  }

  /** How many are under way. */
  get runningCount(): number {
    return this.#running.size;
  }
}
