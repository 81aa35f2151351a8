import { sha256, startSha256 } from "../text/sha256.ts";
import { AirlockError } from "../model/errors.ts";
import { encodeBody } from "../model/frames.ts";
import type {
  CallGate,
  EffectHint,
  GatedCall,
  RecordedCall,
  WholeArguments,
} from "../model/recorded_call.ts";
import type { Effect } from "../model/run_result.ts";
import type { CallOutcome, NewCall, StoredCall, StoredRecord } from "../storage/stored_run.ts";
import { canonicalJson } from "../text/json_value.ts";
import { jsonPieces } from "../text/write_json.ts";
import { withTurns } from "../work/host_turns.ts";
import {
  effectOf,
  type EffectState,
  refusalOf,
  stateOfError,
  storedEffects,
  storedError,
} from "./refusals.ts";
import { Replay, type SettledCall } from "./replay.ts";

/** Longer arguments are taken as they are: one program has one order of keys. */
const MAX_SORTED_CHARACTERS = 64 * 1024;

/**
 * Names a call, so that it is known when its program is run again: a digest of all that it is. Pauses
 * now and then, so that others have their turn.
 */
function* nameCall(server: string, tool: string, input: unknown): Generator<void, string> {
  const named = JSON.stringify([server, tool]).toWellFormed();
  const long = startSha256();
  long.add(named);
  let length = 0;
  for (const piece of jsonPieces(input)) {
    length += piece.length;
    long.add(piece);
    yield;
  }
  if (length > MAX_SORTED_CHARACTERS) return long.digest();
  return sha256(named, canonicalJson(input));
}

/** Makes a call with the values that may go where it takes them. */
type MakeCall = (allowed: ReadonlySet<string>) => Promise<Uint8Array>;

/** Options of {@linkcode CallJournal}. */
interface CallJournalOptions {
  /** The run, and the principal whose turns the work takes. */
  readonly run: { readonly runId: string; readonly principal: string };
  readonly store: CallStore;
  readonly record: StoredRecord;
  readonly gate: CallGate;
  /** Aborts when the run ends: what is not settled by then stays so. */
  readonly signal: AbortSignal;
  /** A call's arguments for people, masked. */
  readonly show: {
    /** Their beginning. */
    beginning(input: unknown): Promise<string>;
    /** All of them, for the person who decides. */
    whole(input: unknown): Promise<WholeArguments>;
  };
  /** Ends the run. */
  readonly halt: (error: AirlockError) => void;
  readonly bounds?: {
    /** How much later than before a program may come to a call. Default: three seconds. */
    readonly slackMs?: number;
    /** Bytes of kept answers; without further ones the run cannot be resumed. Default: 64 MiB. */
    readonly maxKeptBytes?: number;
  };
}

const SLACK_MS = 3_000;

/**
 * Makes the calls of one run so that none is made twice: each is written down before it is made and
 * again when it is settled, and a run that is begun again gets what is written down.
 */
export class CallJournal {
  readonly #options: CallJournalOptions;
  readonly #ledger: CallLedger;
  readonly #replay: Replay;
  readonly #occurrences = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: CallJournalOptions) {
    this.#options = options;
    const { run: { runId }, store, record: { calls }, bounds = {} } = options;
    this.#replay = new Replay({
      calls,
      onDiverged: options.halt,
      slackMs: bounds.slackMs ?? SLACK_MS,
    });
    this.#ledger = new CallLedger({ runId, store, calls, maxKeptBytes: bounds.maxKeptBytes });
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
    const { run: { principal }, show } = this.#options;
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
    const shown = await show.beginning(call.arguments);
    const showAll = () => show.whole(call.arguments);
    const named = { ...call, callKey, occurrence, shown, showAll, flows: call.flows ?? [] };
    if (known === undefined) return { body: await this.#makeNew(named, make), isReplayed: false };
    if (call.effect === "each") return await this.#leaveInDoubt(known);
    return { body: await this.#track(this.#settle(known.id, named, make)), isReplayed: false };
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

  /** What a grant has left may be used up by another call while this one is admitted. */
  async #makeNew(call: GatedCall, make: MakeCall): Promise<Uint8Array> {
    for (;;) {
      const grantIds = await this.#admit(call);
      if (this.#closed) return await NEVER;
      const body = await this.#track(this.#spendAndMake(call, grantIds, make));
      if (body !== undefined) return body;
    }
  }

  async #admit(call: GatedCall): Promise<readonly string[]> {
    try {
      return await this.#options.gate.admit(call);
    } catch (error) {
      if (this.#closed) return await NEVER;
      await this.#track(this.#keepRefusal(call, error));
      throw error;
    }
  }

  /** The program meets a refusal again at the same place. */
  async #keepRefusal(call: GatedCall, error: unknown): Promise<void> {
    const id = await this.#ledger.begin({ ...this.#ledger.entryOf(call), isEffect: false });
    await this.#ledger.settle(id, "refusal", encodeBody(refusalOf(error)));
  }

  /** Resolves to undefined where a grant has no more. */
  async #spendAndMake(
    call: GatedCall,
    grantIds: readonly string[],
    make: MakeCall,
  ): Promise<Uint8Array | undefined> {
    if (!await this.#options.gate.spend(grantIds)) return undefined;
    const id = await this.#ledger.begin(this.#ledger.entryOf(call));
    return await this.#settle(id, call, make);
  }

  async #settle(
    id: number,
    call: GatedCall,
    make: MakeCall,
  ): Promise<Uint8Array> {
    const { signal } = this.#options;
    const noted = this.#ledger.entryOf(call);
    this.#ledger.noteEffect(id, noted, "unknown");
    let body: Uint8Array;
    try {
      body = await make(new Set(call.flows.map(({ id }) => id)));
    } catch (error) {
      if (!signal.aborted) await this.#ledger.settle(id, "refusal", encodeBody(refusalOf(error)));
      if (!signal.aborted) this.#ledger.noteEffect(id, noted, stateOfError(error));
      throw error;
    }
    if (!signal.aborted) await this.#ledger.settle(id, "answer", body);
    this.#ledger.noteEffect(id, noted, "done");
    return body;
  }

  /** Lets {@linkcode CallJournal.drain} wait for work. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const forget = () => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
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

/** Where calls are written down. */
interface CallStore {
  beginCall(call: NewCall): Promise<number>;
  settleCall(
    call: { readonly runId: string; readonly id: number },
    outcome: CallOutcome & { readonly order: number },
  ): Promise<void>;
}

/** Options of {@linkcode CallLedger}. */
interface CallLedgerOptions {
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
class CallLedger {
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

  /** Stores a call; returns its id. */
  begin(call: NewCall): Promise<number> {
    return this.#options.store.beginCall(call);
  }

  /** Writes down what became of a call. */
  async settle(id: number, kind: "answer" | "refusal", body: Uint8Array): Promise<void> {
    // That a call was refused is needed to tell what is done.
    const isKept = this.#keptBytes + body.length <= this.#maxKeptBytes ||
      (kind === "refusal" && body.length <= MAX_REFUSAL_BYTES);
    if (isKept) this.#keptBytes += body.length;
    const { store, runId } = this.#options;
    await store.settleCall({ runId, id }, {
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
