import type { DatabaseSync, StatementSync } from "node:sqlite";
import { atOnce } from "./at_once.ts";
import { NOBODY } from "./host_lock.ts";
import type {
  CallOutcome,
  NewCall,
  NewRun,
  StoredCall,
  StoredRecord,
  StoredRequest,
  StoredRun,
} from "./stored_run.ts";

/** Keeps what a program says and is told from whoever has the file alone. */
export interface JournalSeal {
  /** Whether answers need it: they do where they are not masked by then. */
  readonly answers: "masked" | "raw";
  seal(bytes: Uint8Array): Uint8Array;
  /** Gives what was sealed. */
  open(sealed: Uint8Array): Uint8Array;
}

/** Options of {@linkcode RunStore}. */
export interface RunStoreOptions {
  /** Names what it begins as the host's. */
  readonly hostId: string;
  /** Default: programs and answers are there to be read. */
  readonly seal?: JournalSeal | undefined;
}

/** Takes back what was begun where a grant has no more. */
const SPENT = new Error("spent");

const OPEN: JournalSeal = {
  answers: "masked",
  seal: (bytes) => bytes,
  open: (bytes) => bytes,
};

/** Runs and their calls, each written down before what it stands for. Nothing here waits. */
export class RunStore {
  readonly #database: DatabaseSync;
  readonly #hostId: string;
  readonly #seal: JournalSeal;
  readonly #statements: ReturnType<typeof prepareAll>;

  /** Keeps runs in `database`. */
  constructor(database: DatabaseSync, { hostId, seal = OPEN }: RunStoreOptions) {
    this.#database = database;
    this.#hostId = hostId;
    this.#seal = seal;
    this.#statements = prepareAll(database);
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

/** Approvals whose run is forgotten. */
const OVER = "SELECT approval_id FROM approvals WHERE created_at < ? AND state <> 'waiting' " +
  "AND run_id NOT IN (SELECT run_id FROM runs)";

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    begin: prepare(
      "INSERT INTO runs (run_id, state, owner, request, program_hash, seed, started_at, " +
        "idempotency_key, request_digest) VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?) " +
        "ON CONFLICT DO NOTHING",
    ),
    find: prepare("SELECT * FROM runs WHERE run_id = ?"),
    findByKey: prepare("SELECT * FROM runs WHERE idempotency_key = ?"),
    unfinished: prepare(
      "SELECT * FROM runs WHERE state IN ('running', 'waiting') AND owner = coalesce(?, owner) " +
        "ORDER BY started_at",
    ),
    owners: prepare("SELECT DISTINCT owner FROM runs WHERE state IN ('running', 'waiting')"),
    claim: prepare(
      "UPDATE runs SET owner = ? WHERE run_id = ? AND owner = ? AND state <> 'finished'",
    ),
    resume: prepare(
      "UPDATE runs SET state = 'running' WHERE run_id = ? AND state <> 'finished'",
    ),
    forget: prepare("DELETE FROM runs WHERE run_id = ?"),
    release: prepare("UPDATE runs SET owner = ? WHERE run_id = ?"),
    pause: prepare("UPDATE runs SET state = 'waiting', result = ? WHERE run_id = ?"),
    finish: prepare(
      "UPDATE runs SET state = 'finished', result = ?, finished_at = ? WHERE run_id = ?",
    ),
    forgetCalls: prepare("DELETE FROM calls WHERE run_id = ?"),
    forgetClock: prepare("DELETE FROM clock_reads WHERE run_id = ?"),
    forgetRuns: prepare("DELETE FROM runs WHERE finished_at < ?"),
    forgetGrants: prepare(
      `DELETE FROM grants WHERE approval_id IN (${OVER}) AND (scope = 'once' ` +
        "OR revoked_at IS NOT NULL OR until_at <= ? OR used_calls >= max_calls)",
    ),
    forgetApprovals: prepare(
      `DELETE FROM approvals WHERE approval_id IN (${OVER}) ` +
        "AND approval_id NOT IN (SELECT approval_id FROM grants)",
    ),
    calls: prepare("SELECT * FROM calls WHERE run_id = ? ORDER BY id"),
    clock: prepare("SELECT reads FROM clock_reads WHERE run_id = ? ORDER BY id"),
    beginCall: prepare(
      "INSERT INTO calls (run_id, call_key, occurrence, server, tool, arguments, is_effect, " +
        "settled_before, begun_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    spend: prepare(
      "UPDATE grants SET used_calls = used_calls + 1 WHERE grant_id = ? AND revoked_at IS NULL " +
        "AND (max_calls IS NULL OR used_calls < max_calls) AND (until_at IS NULL OR until_at > ?)",
    ),
    settleCall: prepare("UPDATE calls SET settled_as = ?, outcome = ?, body = ? WHERE id = ?"),
    addClock: prepare("INSERT INTO clock_reads (run_id, reads) VALUES (?, ?)"),
  };
}

type Row = Readonly<Record<string, unknown>>;

/** A request as it is stored: its program in base64. */
type SealedRequest = StoredRequest;

function readRun(row: Row, request: StoredRequest): StoredRun {
  return {
    runId: String(row["run_id"]),
    state: row["state"] as StoredRun["state"],
    owner: String(row["owner"]),
    request,
    programHash: String(row["program_hash"]),
    seed: String(row["seed"]),
    startedAt: Number(row["started_at"]),
    idempotencyKey: (row["idempotency_key"] ?? undefined) as string | undefined,
    requestDigest: String(row["request_digest"]),
    result: (row["result"] ?? undefined) as string | undefined,
  };
}

function readCall(row: Row, seal: JournalSeal): StoredCall {
  const settledAs = row["settled_as"];
  return {
    id: Number(row["id"]),
    runId: String(row["run_id"]),
    callKey: String(row["call_key"]),
    occurrence: Number(row["occurrence"]),
    server: String(row["server"]),
    tool: String(row["tool"]),
    arguments: String(row["arguments"]),
    isEffect: row["is_effect"] === 1,
    settledBefore: Number(row["settled_before"]),
    ...(row["begun_ms"] !== null && { begunMs: Number(row["begun_ms"]) }),
    ...(settledAs !== null && {
      settled: {
        order: Number(settledAs),
        kind: row["outcome"] as CallOutcome["kind"],
        body: seal.open(row["body"] as Uint8Array),
      },
    }),
  };
}
