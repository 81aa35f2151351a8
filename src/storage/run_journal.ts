import { AirlockError } from "../model/errors.ts";
import type { RunResult } from "../model/run_result.ts";
import { NOBODY } from "./host_lock.ts";
import {
  type CallOutcome,
  type JournalSeal,
  type NewCall,
  type NewRun,
  OPEN,
  type StoredCall,
  type StoredRecord,
  type StoredRequest,
  type StoredRun,
} from "./stored_run.ts";
import type { Bucket, EventLog, LogEvent, Storage } from "./ports.ts";
import { type LocatedRun, type RunEvent, RunIndex } from "./run_index.ts";

/** Options of a run journal. */
interface RunJournalOptions {
  readonly hostId: string;
  /** Default: programs and answers are readable. */
  readonly seal?: JournalSeal | undefined;
}

/** The end of the events of a run that this host writes. */
interface RunWriter {
  last: number;
  /** Settles when the append before has settled: appends of one run keep their order. */
  tail: Promise<unknown>;
}

/**
 * The run journal: the events of each run, in a log whose expected sequence is the fence, and the index
 * that is made of them. Each event is stored before its effect takes place.
 */
export class RunJournal {
  readonly index: RunIndex;
  readonly #log: EventLog<RunEvent>;
  readonly #keys: Bucket<string>;
  readonly #hostId: string;
  readonly #seal: JournalSeal;
  readonly #writers = new Map<string, RunWriter>();

  constructor(storage: Storage, { hostId, seal = OPEN }: RunJournalOptions) {
    this.#log = storage.log("runs");
    this.#keys = storage.bucket("run_keys");
    this.index = new RunIndex(this.#log, storage.openIndex());
    this.#hostId = hostId;
    this.#seal = seal;
  }

  /**
   * Stores a run before its program starts; false where its idempotency key is taken. The key comes
   * first; a host that finds a key whose run has not begun closes that run for good, then takes the key.
   */
  async begin({ runId, ...run }: NewRun): Promise<boolean> {
    const { idempotencyKey: key, request } = run;
    if (key !== undefined && !await this.#takeKey(key, runId)) return false;
    const code = this.#seal.seal(new TextEncoder().encode(request.code)).toBase64();
    const event = {
      kind: "begun",
      owner: this.#hostId,
      run: { ...run, request: { ...request, code } },
    } as const;
    if (!await this.#log.append(runId, 0, [{ event }])) return false;
    this.#writers.set(runId, { last: 1, tail: Promise.resolve() });
    return true;
  }

  async #takeKey(key: string, runId: string): Promise<boolean> {
    for (;;) {
      if (await this.#keys.create(key, runId) !== undefined) return true;
      const found = await this.#keys.get(key);
      if (found === undefined) continue;
      if (found.value === runId) return true;
      const isClosed = await this.#log.append(found.value, 0, [{ event: { kind: "void" } }]);
      if (!isClosed && (await this.find(found.value)) !== undefined) return false;
      if (await this.#keys.update(key, runId, found.revision) !== undefined) return true;
    }
  }

  /** Returns the run of the id. */
  async find(runId: string): Promise<StoredRun | undefined> {
    const indexed = await this.index.find(runId);
    return indexed && await this.#readRun(indexed);
  }

  /** Returns the run that was begun under the key. */
  async findByKey(idempotencyKey: string): Promise<StoredRun | undefined> {
    const found = await this.#keys.get(idempotencyKey);
    return found && await this.find(found.value);
  }

  /**
   * Returns the runs without a result, of one host or all, the oldest first; without those that cannot
   * be read, of which the caller that asks for one is told.
   */
  async unfinished(owner?: string): Promise<StoredRun[]> {
    const runs = await this.index.unfinished(owner);
    const read = await Promise.all(runs.map((run) => this.#readRun(run).catch(() => undefined)));
    return read.filter((run) => run !== undefined);
  }

  /** Takes a run over from the host that had it; false where another was quicker. */
  async claim({ runId, owner }: StoredRun): Promise<boolean> {
    if (owner === this.#hostId && this.#writers.has(runId)) return true;
    const indexed = await this.index.find(runId);
    if (indexed === undefined || indexed.owner !== owner || indexed.state === "finished") {
      return false;
    }
    const { lastSequence: last } = indexed;
    const event = { kind: "claimed", owner: this.#hostId } as const;
    if (!await this.#log.append(runId, last, [{ event }])) return false;
    this.#writers.set(runId, { last: last + 1, tail: Promise.resolve() });
    return true;
  }

  /** Stores that a run is under way again. */
  async resume(runId: string): Promise<void> {
    await this.#append(runId, { event: { kind: "resumed" } });
  }

  /** Forgets a run that has done nothing; its key is free again. */
  async forget(runId: string): Promise<void> {
    const run = await this.find(runId).catch(() => undefined);
    this.#writers.delete(runId);
    await this.#remove(runId, run?.idempotencyKey);
  }

  /** Leaves a run to the host that claims it. */
  async release(runId: string): Promise<void> {
    await this.#append(runId, { event: { kind: "claimed", owner: NOBODY } });
    this.#writers.delete(runId);
  }

  /** Stores that a run waits for a person; `result` is what its caller was told, as JSON. */
  async pause(runId: string, result: string): Promise<void> {
    await this.#append(runId, {
      event: { kind: "paused" },
      body: new TextEncoder().encode(result),
    });
  }

  /** Stores the result of a run, as JSON; what was needed to run it again is forgotten. */
  async finish(runId: string, result: string): Promise<void> {
    const { status, risk, error, calls } = JSON.parse(result) as RunResult;
    const tools = new Map(calls.map(({ server, tool }) => [`${server}/${tool}`, [server, tool]]));
    const event = {
      kind: "finished",
      at: Date.now(),
      ...{ status, risk: risk?.level, error: error?.message },
      tools: [...tools.values()] as [string, string][],
    } as const;
    const last = await this.#append(runId, { event, body: new TextEncoder().encode(result) });
    this.#writers.delete(runId);
    // The index reads the calls before they are forgotten.
    await this.index.find(runId);
    await this.#log.trim(runId, { from: 2, to: last - 1 });
  }

  /** Forgets the runs that were finished before, in milliseconds since 1970. */
  async forgetBefore(time: number): Promise<void> {
    for (const runId of await this.index.finishedBefore(time)) {
      const run = await this.find(runId).catch(() => undefined);
      await this.#remove(runId, run?.idempotencyKey);
    }
  }

  async #remove(runId: string, key: string | undefined): Promise<void> {
    const found = key === undefined ? undefined : await this.#keys.get(key);
    if (found?.value === runId) await this.#keys.remove(key!, found.revision);
    await this.#log.remove(runId);
    this.index.forget(runId);
  }

  /** Returns what a run needs to be run again. */
  async record(runId: string): Promise<StoredRecord> {
    const calls = new Map<number, StoredCall>();
    const clockReads: number[] = [];
    for (const { sequence, event, body } of await this.#log.read(runId, { from: 2 })) {
      if (event.kind === "call") calls.set(sequence, { ...event.call, runId, id: sequence });
      else if (event.kind === "clock") clockReads.push(...event.reads);
      else if (event.kind === "settled") {
        const { call: id, order, outcome: kind } = event;
        const settled = { order, kind, body: this.#seal.open(body ?? new Uint8Array()) };
        const call = calls.get(id);
        if (call !== undefined) calls.set(id, { ...call, settled });
      }
    }
    return { calls: [...calls.values()], clockReads };
  }

  /** Stores a call before it is made; returns the id by which it is settled. */
  async beginCall({ runId, ...call }: NewCall): Promise<number> {
    return await this.#append(runId, { event: { kind: "call", call } });
  }

  /** Stores the outcome of a call, before the program gets it. */
  async settleCall(
    { runId, id }: { readonly runId: string; readonly id: number },
    { kind: outcome, body, order }: CallOutcome & { readonly order: number },
  ): Promise<void> {
    await this.#append(runId, {
      event: { kind: "settled", call: id, order, outcome },
      body: this.#seal.answers === "raw" ? this.#seal.seal(body) : body,
    });
  }

  /** Stores what the program's clock showed, before a call that may depend on it. */
  async addClockReads(runId: string, reads: readonly number[]): Promise<void> {
    await this.#append(runId, { event: { kind: "clock", reads } });
  }

  /**
   * Appends an event of a run that this host has; returns its sequence.
   *
   * @throws {AirlockError} NOT_RESUMABLE where another host has claimed the run
   */
  #append(runId: string, event: LogEvent<RunEvent>): Promise<number> {
    const writer = this.#writers.get(runId);
    if (writer === undefined) return Promise.reject(claimedElsewhere());
    const appended = writer.tail.then(async () => {
      if (!await this.#log.append(runId, writer.last, [event])) throw claimedElsewhere();
      return ++writer.last;
    });
    writer.tail = appended.catch(() => {});
    return appended;
  }

  async #readRun(indexed: LocatedRun): Promise<StoredRun | undefined> {
    const { runId, state, owner, resultSequence } = indexed;
    const [first] = await this.#log.read(runId, { from: 1, to: 1 });
    if (first?.event.kind !== "begun") {
      // Another host has forgotten it.
      this.index.forget(runId);
      return undefined;
    }
    const { run } = first.event;
    const [last] = resultSequence === null
      ? []
      : await this.#log.read(runId, { from: resultSequence, to: resultSequence });
    const { code, ...request } = run.request;
    const text = () => new TextDecoder().decode(this.#seal.open(Uint8Array.fromBase64(code)));
    return {
      ...run,
      runId,
      state,
      owner,
      request: withCode(request, text),
      ...(last?.body !== undefined && { result: new TextDecoder().decode(last.body) }),
    };
  }
}

/** A finished run is read without the key of its program. */
function withCode(request: Omit<StoredRequest, "code">, text: () => string): StoredRequest {
  return {
    ...request,
    get code() {
      return text();
    },
  };
}

function claimedElsewhere(): AirlockError {
  return new AirlockError("NOT_RESUMABLE", "Cannot go on: another host has claimed the run");
}
