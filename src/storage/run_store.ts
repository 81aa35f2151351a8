import type { DatabaseSync } from "node:sqlite";
import { atOnce } from "./database.ts";
import { type JournalSeal, OPEN } from "./journal_seal.ts";
import { readCall, readRun, type Row } from "./run_rows.ts";
import { prepareRunStatements } from "./run_statements.ts";
import { NOBODY } from "./host_lock.ts";
import type {
  CallOutcome,
  NewCall,
  NewRun,
  StoredRecord,
  StoredRequest,
  StoredRun,
} from "./stored_run.ts";

/** Options of {@linkcode RunStore}. */
interface RunStoreOptions {
  /** Names what it begins as the host's. */
  readonly hostId: string;
  /** Default: programs and answers are there to be read. */
  readonly seal?: JournalSeal | undefined;
}

/** Takes back what was begun where a grant has no more. */
const SPENT = new Error("spent");

/** Runs and their calls, each written down before what it stands for. Nothing here waits. */
export class RunStore {
  readonly #database: DatabaseSync;
  readonly #hostId: string;
  readonly #seal: JournalSeal;
  readonly #statements: ReturnType<typeof prepareRunStatements>;

  /** Keeps runs in `database`. */
  constructor(database: DatabaseSync, { hostId, seal = OPEN }: RunStoreOptions) {
    this.#database = database;
    this.#hostId = hostId;
    this.#seal = seal;
    this.#statements = prepareRunStatements(database);
  }

  /** Writes down a run before its program starts; false where its idempotency key is taken. */
  begin(run: NewRun): boolean {
    const { changes } = this.#statements.begin.run(
      run.runId,
      this.#hostId,
      JSON.stringify(this.#sealRequest(run.request)),
      run.programHash,
      run.seed,
      run.startedAt,
      run.idempotencyKey ?? null,
      run.requestDigest,
    );
    return changes === 1;
  }

  /** The run of the id. */
  find(runId: string): StoredRun | undefined {
    return this.#readRun(this.#statements.find.get(runId));
  }

  /** The run that was asked for under the key. */
  findByKey(idempotencyKey: string): StoredRun | undefined {
    return this.#readRun(this.#statements.findByKey.get(idempotencyKey));
  }

  /** The hosts of the runs that have no result yet. */
  owners(): string[] {
    return this.#statements.owners.all().map(({ owner }) => String(owner));
  }

  /**
   * The runs that have no result yet, of one host or all, the oldest first; without those that cannot
   * be read.
   */
  unfinished(owner?: string): StoredRun[] {
    return this.#statements.unfinished.all(owner ?? null).flatMap((row) => {
      try {
        return [this.#readRun(row)!];
      } catch {
        // Whoever asks for that one hears of it; the others are not kept from going on.
        return [];
      }
    });
  }

  /** Takes a run over from the host that had it; false where another was quicker. */
  claim({ runId, owner }: StoredRun): boolean {
    return this.#statements.claim.run(this.#hostId, runId, owner).changes === 1;
  }

  /** Says that a run is under way again. */
  resume(runId: string): void {
    this.#statements.resume.run(runId);
  }

  /** Forgets a run that never came to do anything. */
  forget(runId: string): void {
    this.#statements.forget.run(runId);
  }

  /** Leaves a run to whoever takes it over. */
  release(runId: string): void {
    this.#statements.release.run(NOBODY, runId);
  }

  /** Says that a run waits for a person; `result` is what its caller was told, as JSON. */
  pause(runId: string, result: string): void {
    this.#statements.pause.run(result, runId);
  }

  /** Gives a run its result; what was needed to run it again is forgotten. */
  finish(runId: string, result: string): void {
    atOnce(this.#database, () => {
      this.#statements.finish.run(result, Date.now(), runId);
      this.#statements.forgetCalls.run(runId);
      this.#statements.forgetClock.run(runId);
    });
  }

  /**
   * Forgets runs that were finished before, in milliseconds since 1970, and what persons were asked
   * about them, but for what they granted that is still good.
   */
  forgetBefore(time: number): void {
    atOnce(this.#database, () => {
      this.#statements.forgetRuns.run(time);
      this.#statements.forgetGrants.run(time, Date.now());
      this.#statements.forgetApprovals.run(time);
    });
  }

  /** All that was written down of a run. */
  record(runId: string): StoredRecord {
    return {
      calls: this.#statements.calls.all(runId).map((row) => readCall(row, this.#seal)),
      clockReads: this.#statements.clock.all(runId)
        .flatMap(({ reads }) => JSON.parse(String(reads)) as number[]),
    };
  }

  /**
   * Writes down a call before it is made; gives what it is settled by.
   *
   * @param grantIds of the grants that it uses up by one each; undefined is given where any of them has
   * no more, and none is used up then
   */
  beginCall(call: NewCall, grantIds: readonly string[] = []): number | undefined {
    if (grantIds.length === 0) return this.#insertCall(call);
    try {
      return atOnce(this.#database, () => {
        for (const grantId of grantIds) {
          if (this.#statements.spend.run(grantId, Date.now()).changes !== 1) throw SPENT;
        }
        return this.#insertCall(call);
      });
    } catch (error) {
      if (error === SPENT) return undefined;
      throw error;
    }
  }

  #insertCall(call: NewCall): number {
    const { lastInsertRowid } = this.#statements.beginCall.run(
      call.runId,
      call.callKey,
      call.occurrence,
      call.server,
      call.tool,
      call.arguments,
      call.isEffect ? 1 : 0,
      call.settledBefore,
      call.begunMs ?? null,
    );
    return Number(lastInsertRowid);
  }

  /** Writes down what became of a call, before the program hears of it. */
  settleCall(id: number, { kind, body, order }: CallOutcome & { readonly order: number }): void {
    const stored = this.#seal.answers === "raw" ? this.#seal.seal(body) : body;
    this.#statements.settleCall.run(order, kind, stored, id);
  }

  /** Writes down what the program's clock said, before a call that may depend on it. */
  addClockReads(runId: string, reads: readonly number[]): void {
    this.#statements.addClock.run(runId, JSON.stringify(reads));
  }

  #sealRequest({ code, ...request }: StoredRequest): SealedRequest {
    return { ...request, code: this.#seal.seal(new TextEncoder().encode(code)).toBase64() };
  }

  #readRun(row: Row | undefined): StoredRun | undefined {
    if (row === undefined) return undefined;
    const { code, ...request } = JSON.parse(String(row["request"])) as SealedRequest;
    const text = () => new TextDecoder().decode(this.#seal.open(Uint8Array.fromBase64(code)));
    return readRun(row, {
      ...request,
      // What has its result needs no key any more.
      get code() {
        return text();
      },
    });
  }
}

/** A request as it is stored: its program in base64. */
type SealedRequest = StoredRequest;
