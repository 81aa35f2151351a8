import type { Effect } from "../model/run_result.ts";
import type { CallOutcome, NewCall, StoredCall } from "../storage/stored_run.ts";
import type { GatedCall } from "./call_gate.ts";
import type { EffectHint } from "../model/recorded_call.ts";
import { effectOf, type EffectState, storedEffects } from "./stored_effects.ts";

/** Where calls are written down. */
export interface CallStore {
  beginCall(call: NewCall, grantIds?: readonly string[]): number | undefined;
  settleCall(
    id: number,
    outcome: CallOutcome & { readonly order: number },
  ): void;
}

/** Options of {@linkcode CallLedger}. */
export interface CallLedgerOptions {
  readonly runId: string;
  readonly store: CallStore;
  /** What is written down of the run already. */
  readonly calls: readonly StoredCall[];
  /** What all answers of the run may take; further ones are not kept. Default: 64 MiB. */
  readonly maxKeptBytes?: number | undefined;
}

const MAX_KEPT_BYTES = 64 * 1024 * 1024;
const MAX_REFUSAL_BYTES = 16 * 1024;
const NOTHING = new Uint8Array();

/** What is written down of the calls of one run, and what they have changed. */
export class CallLedger {
  readonly #options: CallLedgerOptions;
  readonly #effects: Map<number, Effect>;
  readonly #begun = performance.now();
  readonly #maxKeptBytes: number;
  #settled: number;
  #keptBytes: number;

  constructor(options: CallLedgerOptions) {
    this.#options = options;
    const { calls, maxKeptBytes = MAX_KEPT_BYTES } = options;
    const settled = calls.flatMap(({ settled }) => settled ?? []);
    this.#settled = settled.length;
    this.#keptBytes = settled.reduce((sum, { body }) => sum + body.length, 0);
    this.#maxKeptBytes = maxKeptBytes;
    this.#effects = storedEffects(calls);
  }

  /** A call as it is written down when it begins now. */
  entryOf(call: GatedCall): NewCall {
    return {
      runId: this.#options.runId,
      callKey: call.callKey,
      occurrence: call.occurrence,
      server: call.server,
      tool: call.tool,
      arguments: call.shown,
      isEffect: call.effect !== "none",
      settledBefore: this.#settled,
      begunMs: Math.round(performance.now() - this.#begun),
    };
  }

  /** Gives the id of the call; undefined where a grant is used up. */
  begin(call: NewCall, grantIds?: readonly string[]): number | undefined {
    return this.#options.store.beginCall(call, grantIds);
  }

  /** Writes down what became of a call. */
  settle(id: number, kind: "answer" | "refusal", body: Uint8Array): void {
    // That a call was refused is needed to tell what is done.
    const isKept = this.#keptBytes + body.length <= this.#maxKeptBytes ||
      (kind === "refusal" && body.length <= MAX_REFUSAL_BYTES);
    if (isKept) this.#keptBytes += body.length;
    this.#options.store.settleCall(id, {
      kind: isKept ? kind : "unkept",
      body: isKept ? body : NOTHING,
      order: ++this.#settled,
    });
  }

  /** Notes what became of what a call changes. */
  noteEffect(id: number, call: NewCall, state: EffectState): void {
    const effect = effectOf(call, state);
    if (effect === undefined) this.#effects.delete(id);
    else this.#effects.set(id, effect);
  }

  /** A call that was written down as one that changes nothing may be known to change something by now. */
  noteReplayed(call: StoredCall, effect: EffectHint): void {
    if (effect === "none" || call.isEffect) return;
    const [known] = storedEffects([{ ...call, isEffect: true }]).values();
    if (known !== undefined) this.#effects.set(call.id, known);
  }

  /** What the run has changed, or may have, in the order in which it was begun. */
  effects(): Effect[] {
    return [...this.#effects].sort(([one], [other]) => one - other).map(([, effect]) => effect);
  }
}
