import { AirlockError } from "../model/errors.ts";
import { withTurns } from "../work/host_turns.ts";
import type { Effect } from "../model/run_result.ts";
import type { StoredCall, StoredRecord } from "../storage/stored_run.ts";
import type { CallGate, GatedCall } from "./call_gate.ts";
import { CallLedger, type CallStore } from "./call_ledger.ts";
import { nameCall } from "./name_call.ts";
import { encodeBody } from "../model/frames.ts";
import type { RecordedCall } from "../model/recorded_call.ts";
import { refusalOf } from "./refusal_of.ts";
import type { WholeArguments } from "./show_arguments.ts";
import { Replay, type SettledCall } from "./replay.ts";
import { stateOfError, storedError } from "./stored_effects.ts";

/** Makes a call with the values that may go where it takes them. */
export type MakeCall = (allowed: ReadonlySet<string>) => Promise<Uint8Array>;

/** Options of {@linkcode CallRecorder}. */
export interface CallRecorderOptions {
  readonly runId: string;
  /** Whose turns the work takes. Default: nobody's. */
  readonly principal?: string;
  readonly store: CallStore;
  readonly record: StoredRecord;
  readonly gate: CallGate;
  /** Aborts when the run ends: what is not settled by then stays so. */
  readonly signal: AbortSignal;
  /** The beginning of a call's arguments, for people: nothing in it that was not masked. */
  readonly show: (input: unknown) => string;
  /** All of a call's arguments, for the person who decides about it. Default: as `show` gives them. */
  readonly showAll?: (input: unknown) => Promise<WholeArguments>;
  /** Ends the run. */
  readonly halt: (error: AirlockError) => void;
  /** How much later than before a program may come to a call. Default: three seconds. */
  readonly slackMs?: number;
  /**
   * What all answers of a run may take; further ones are not kept, and the run cannot be gone on
   * with. Default: 64 MiB.
   */
  readonly maxKeptBytes?: number;
}

const SLACK_MS = 3_000;

/**
 * Makes the calls of one run so that none is made twice: each is written down before it is made and
 * again when it is settled, and a run that is begun again gets what is written down.
 */
export class CallRecorder {
  readonly #options: CallRecorderOptions;
  readonly #ledger: CallLedger;
  readonly #replay: Replay;
  readonly #occurrences = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: CallRecorderOptions) {
    this.#options = options;
    const { runId, store, maxKeptBytes, record: { calls } } = options;
    this.#replay = new Replay({
      calls,
      onDiverged: options.halt,
      slackMs: options.slackMs ?? SLACK_MS,
    });
    this.#ledger = new CallLedger({ runId, store, calls, maxKeptBytes });
  }

  /**
   * Gives the body of a call's answer: the one that is written down, or that of `make`, which is given
   * the ids of the flows that a person has allowed.
   *
   * @throws what `make` throws, now or the first time, and what the gate throws
   */
  async perform(
    call: RecordedCall,
    make: MakeCall,
  ): Promise<{ body: Uint8Array; isReplayed: boolean }> {
    const { principal = "" } = this.#options;
    const callKey = await withTurns(
      nameCall(call.server, call.tool, call.arguments),
      principal,
    );
    const occurrence = (this.#occurrences.get(callKey) ?? 0) + 1;
    this.#occurrences.set(callKey, occurrence);
    const known = this.#replay.take({ callKey, occurrence });
    if (known?.settled?.kind === "unkept") return await this.#leaveUnkept(known);
    if (known?.settled !== undefined) {
      this.#ledger.noteReplayed(known, call.effect);
      await this.#replay.turnOf(known as SettledCall);
      return { body: replayed(known as SettledCall), isReplayed: true };
    }
    await this.#replay.afterAll(call);
    if (this.#closed) return await NEVER;
    const shown = this.#options.show(call.arguments);
    const showAll = () =>
      this.#options.showAll?.(call.arguments) ?? Promise.resolve({ text: shown });
    const named = { ...call, callKey, occurrence, shown, showAll, flows: call.flows ?? [] };
    if (known === undefined) return { body: await this.#makeNew(named, make), isReplayed: false };
    if (call.effect === "each") return await this.#leaveInDoubt(known);
    return { body: await this.#settle(known.id, named, make), isReplayed: false };
  }

  /** What the run has changed, or may have, in the order in which it was begun. */
  effects(): Effect[] {
    return this.#ledger.effects();
  }

  /** Why a program that has ended did not do what it did before. */
  checkEnd(): AirlockError | undefined {
    return this.#replay.checkEnd();
  }

  /** Makes no more calls; resolves when those under way are settled. */
  async drain(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
  }

  /** Ends all waiting. */
  close(): void {
    this.#closed = true;
    this.#replay.close();
  }

  async #makeNew(call: GatedCall, make: MakeCall): Promise<Uint8Array> {
    const id = await this.#begin(call);
    return await this.#settle(id, call, make);
  }

  /** What a grant has left may be used up by another call while this one is admitted. */
  async #begin(call: GatedCall): Promise<number> {
    for (;;) {
      const grantIds = await this.#admit(call);
      if (this.#closed) return await NEVER;
      const id = this.#ledger.begin(this.#ledger.entryOf(call), grantIds);
      if (id !== undefined) return id;
    }
  }

  async #admit(call: GatedCall): Promise<readonly string[]> {
    try {
      return await this.#options.gate.admit(call);
    } catch (error) {
      if (this.#closed) return await NEVER;
      // Written down as well, so that the program meets it again at the same place.
      const id = this.#ledger.begin({ ...this.#ledger.entryOf(call), isEffect: false });
      if (id !== undefined) this.#ledger.settle(id, "refusal", encodeBody(refusalOf(error)));
      throw error;
    }
  }

  async #settle(
    id: number,
    call: GatedCall,
    make: MakeCall,
  ): Promise<Uint8Array> {
    const { signal } = this.#options;
    const noted = this.#ledger.entryOf(call);
    this.#ledger.noteEffect(id, noted, "unknown");
    const making = make(new Set(call.flows.map(({ id }) => id)));
    this.#underWay.add(making);
    try {
      const body = await making;
      if (!signal.aborted) this.#ledger.settle(id, "answer", body);
      this.#ledger.noteEffect(id, noted, "done");
      return body;
    } catch (error) {
      if (!signal.aborted) this.#ledger.settle(id, "refusal", encodeBody(refusalOf(error)));
      if (!signal.aborted) this.#ledger.noteEffect(id, noted, stateOfError(error));
      throw error;
    } finally {
      this.#underWay.delete(making);
    }
  }

  #leaveUnkept({ server, tool }: StoredCall): Promise<never> {
    this.#options.halt(
      new AirlockError(
        "NOT_RESUMABLE",
        `Cannot go on: the answer of ${server}.${tool} was too large to be kept`,
      ),
    );
    return NEVER;
  }

  #leaveInDoubt({ server, tool, arguments: input }: StoredCall): Promise<never> {
    this.#options.halt(
      new AirlockError(
        "CALL_IN_DOUBT",
        `Cannot go on: nobody knows whether ${server}.${tool} with ${input} was carried out`,
        { hint: "The host died while the call was under way; look at the server, then decide" },
      ),
    );
    return NEVER;
  }
}

/** For a call whose run ends before it is answered. */
const NEVER = new Promise<never>(() => {});

function replayed(call: SettledCall): Uint8Array {
  const { kind, body } = call.settled;
  if (kind === "answer") return body;
  throw storedError(call, body);
}
