import type { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../../errors.ts";
import { atOnce } from "../../store/at_once.ts";
import { OWNER_NAME } from "../permission.ts";
import type { Approval, ApprovalShown, ApprovalState, Decision, Grant } from "./approval.ts";

/** What a person is asked. */
export interface NewApproval {
  readonly runId: string;
  readonly kind: Approval["kind"];
  /** Empty for the program as a whole. */
  readonly callKey: string;
  readonly occurrence: number;
  readonly programHash: string;
  /** Whose run it is. Default: the owner's. */
  readonly principal?: string | undefined;
  readonly session?: string | undefined;
  /** Nothing in it that was not masked. */
  readonly shown: ApprovalShown;
  /** The way of the flows that are asked about; absent where none are. */
  readonly way?: string;
  /** The program as a person is shown it, masked. Default: none is shown. */
  readonly code?: string;
  readonly expiresAt: number;
}

/** The run or call that an approval is about. */
export type ApprovalPlace = Pick<NewApproval, "runId" | "kind" | "callKey" | "occurrence">;

/** What can happen to an approval. */
export type ApprovalChange = "asked" | "revoked" | Exclude<ApprovalState, "waiting">;

/** Told of each change before it counts; where it throws, nothing has changed. */
export type RecordApproval = (change: ApprovalChange, approval: Approval) => void;

/** Approvals and grants, written down. */
export class ApprovalStore {
  readonly #database: DatabaseSync;
  readonly #record: RecordApproval;
  readonly #statements: ReturnType<typeof prepareAll>;

  /** Keeps them in `database`. */
  constructor(database: DatabaseSync, record: RecordApproval = () => {}) {
    this.#database = database;
    this.#record = record;
    this.#statements = prepareAll(database);
  }

  /** Changes with every write of another process. */
  version(): number {
    return Number(this.#statements.version.get()!["data_version"]);
  }

  /** Adds what is asked. */
  add(asked: NewApproval): Approval {
    const approvalId = `apr_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
    return this.#change([approvalId], "asked", () =>
      this.#statements.add.run(
        approvalId,
        asked.runId,
        asked.kind,
        asked.callKey,
        asked.occurrence,
        asked.principal ?? OWNER_NAME,
        asked.programHash,
        asked.session ?? null,
        JSON.stringify({ ...asked.shown, code: asked.code, way: asked.way }),
        Date.now(),
        asked.expiresAt,
      ))[0]!;
  }

  /** The latest approval of a run or call. */
  at({ runId, kind, callKey, occurrence }: ApprovalPlace): Approval | undefined {
    return readApproval(this.#statements.at.get(runId, kind, callKey, occurrence));
  }

  /** The approval of the id. */
  find(approvalId: string): Approval | undefined {
    return readApproval(this.#statements.find.get(approvalId));
  }

  /** The text of the program that an approval is about, as a person is shown it. */
  codeOf(approvalId: string): string | undefined {
    const shown = this.#statements.find.get(approvalId)?.["shown"];
    return shown === undefined ? undefined : JSON.parse(String(shown)).code;
  }

  /** The latest approvals, those that wait first. */
  list(limit: number): Approval[] {
    return this.#statements.list.all(limit).map((row) => readApproval(row)!);
  }

  /** The approvals of a run that wait. */
  waitingOf(runId: string): Approval[] {
    return this.#statements.waitingOf.all(runId).map((row) => readApproval(row)!);
  }

  /** Says of all whose time is over that it is; gives how many there were. */
  expire(): number {
    const over = idsOf(this.#statements.over.all(Date.now()));
    return this.#change(over, "expired", (id) => this.#statements.close.run("expired", id)).length;
  }

  /** Nobody needs to decide any more; of one run, or of one approval. */
  withdraw({ runId, approvalId }: { runId?: string; approvalId?: string }): void {
    const waiting = idsOf(this.#statements.toWithdraw.all(runId ?? "", approvalId ?? ""));
    this.#change(waiting, "withdrawn", (id) => this.#statements.close.run("withdrawn", id));
  }

  /**
   * Writes down what a person said, once: to say the same again changes nothing.
   *
   * @throws {AirlockError} NOT_FOUND, APPROVAL_EXPIRED or APPROVAL_DECIDED
   */
  decide(approvalId: string, decision: Decision): Approval {
    this.expire();
    return atOnce(this.#database, () => this.#decideNow(approvalId, decision));
  }

  /** Changes those that nobody else has changed meanwhile; gives what they are now. */
  #change(
    ids: readonly string[],
    change: ApprovalChange,
    write: (approvalId: string) => { changes: number | bigint },
  ): Approval[] {
    if (ids.length === 0) return [];
    return atOnce(this.#database, () =>
      ids.filter((id) => write(id).changes > 0).map((id) => {
        const approval = this.find(id)!;
        this.#record(change, approval);
        return approval;
      }));
  }

  #decideNow(approvalId: string, decision: Decision): Approval {
    const found = this.find(approvalId);
    if (found === undefined) {
      throw new AirlockError("NOT_FOUND", "Cannot decide: there is no approval of this id");
    }
    if (found.state === "waiting") {
      const state = decision.decision === "approve" ? "approved" : "rejected";
      this.#statements.decide.run(state, JSON.stringify(decision), Date.now(), approvalId);
      if (decision.decision === "approve") this.#grant(found, decision);
      const decided = this.find(approvalId)!;
      this.#record(state, decided);
      return decided;
    }
    if (found.decision !== undefined && same(found.decision, decision)) return found;
    const code = found.state === "expired" ? "APPROVAL_EXPIRED" : "APPROVAL_DECIDED";
    throw new AirlockError(code, `Cannot decide: the approval is ${found.state}`);
  }

  #grant(approval: Approval, decision: Decision & { decision: "approve" }): void {
    const { shown: { call, tools, level }, approvalId, runId, programHash, session } = approval;
    const { principal } = approval;
    const place = this.#statements.place.get(approvalId)!;
    const { way } = JSON.parse(String(place["shown"])) as StoredShown;
    this.#statements.grant.run(
      `grt_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`,
      approvalId,
      decision.scope,
      runId,
      String(place["call_key"]),
      Number(place["occurrence"]),
      principal ?? null,
      programHash,
      session ?? null,
      JSON.stringify(
        (call === undefined ? tools : [call]).map(({ server, tool }) =>
          way === undefined ? [server, tool] : [server, tool, way]
        ),
      ),
      level,
      decision.maxCalls ?? null,
      decision.until ?? null,
    );
  }

  /** Takes back what was granted. */
  revoke(approvalId: string): void {
    this.#revoke([approvalId]);
  }

  /** Takes back all that was granted in a session. */
  revokeSession(session: string): void {
    this.#revoke(idsOf(this.#statements.grantedIn.all(session)));
  }

  #revoke(ids: readonly string[]): void {
    this.#change(ids, "revoked", (id) => this.#statements.revoke.run(Date.now(), id));
  }

  /** What was granted that may be good for a run and still is, the longest one first. */
  grants(
    { runId, programHash, session }: { runId: string; programHash: string; session?: string },
  ): Grant[] {
    return this.#statements.grants.all(runId, programHash, session ?? null, Date.now())
      .map(readGrant);
  }
}

/** Whoever says it, and when. */
function same(one: Decision, other: Decision): boolean {
  const plain = (decision: Decision) =>
    JSON.stringify(
      decision.decision === "approve"
        ? [decision.scope, decision.maxCalls, decision.until]
        : ["reject"],
    );
  return one.decision === other.decision && plain(one) === plain(other);
}

const APPROVAL_COLUMNS =
  "approvals.*, grants.used_calls AS used_calls, grants.revoked_at AS revoked_at " +
  "FROM approvals LEFT JOIN grants USING (approval_id)";

function prepareAll(database: DatabaseSync) {
  return {
    version: database.prepare("PRAGMA data_version"),
    add: database.prepare(
      "INSERT INTO approvals (approval_id, run_id, kind, call_key, occurrence, state, " +
        "principal, program_hash, session, shown, created_at, expires_at) " +
        "VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?)",
    ),
    at: database.prepare(
      `SELECT ${APPROVAL_COLUMNS} WHERE approvals.run_id = ? AND kind = ? ` +
        "AND approvals.call_key = ? AND approvals.occurrence = ? ORDER BY approvals.rowid DESC LIMIT 1",
    ),
    find: database.prepare(`SELECT ${APPROVAL_COLUMNS} WHERE approval_id = ?`),
    list: database.prepare(
      `SELECT ${APPROVAL_COLUMNS} ORDER BY state = 'waiting' DESC, created_at DESC LIMIT ?`,
    ),
    waitingOf: database.prepare(
      `SELECT ${APPROVAL_COLUMNS} WHERE approvals.run_id = ? AND state = 'waiting'`,
    ),
    over: database.prepare(
      "SELECT approval_id FROM approvals WHERE state = 'waiting' AND expires_at <= ?",
    ),
    toWithdraw: database.prepare(
      "SELECT approval_id FROM approvals " +
        "WHERE state = 'waiting' AND (run_id = ? OR approval_id = ?)",
    ),
    close: database.prepare(
      "UPDATE approvals SET state = ? WHERE approval_id = ? AND state = 'waiting'",
    ),
    place: database.prepare(
      "SELECT call_key, occurrence, shown FROM approvals WHERE approval_id = ?",
    ),
    decide: database.prepare(
      "UPDATE approvals SET state = ?, decision = ?, decided_at = ? WHERE approval_id = ?",
    ),
    grant: database.prepare(
      "INSERT INTO grants (grant_id, approval_id, scope, run_id, call_key, occurrence, " +
        "principal, program_hash, session, tools, level, max_calls, until_at) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ),
    grantedIn: database.prepare(
      "SELECT approval_id FROM grants WHERE session = ? AND revoked_at IS NULL",
    ),
    revoke: database.prepare(
      "UPDATE grants SET revoked_at = ? WHERE approval_id = ? AND revoked_at IS NULL",
    ),
    grants: database.prepare(
      "SELECT *, (max_calls IS NULL OR used_calls < max_calls) AS has_calls_left FROM grants " +
        "WHERE (run_id = ? OR program_hash = ? OR session = ?) AND revoked_at IS NULL " +
        "AND (until_at IS NULL OR until_at > ?) ORDER BY rowid",
    ),
  };
}

type Row = Readonly<Record<string, unknown>>;
type StoredShown = ApprovalShown & Pick<NewApproval, "code" | "way">;

function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => String(row["approval_id"]));
}

function readApproval(row: Row | undefined): Approval | undefined {
  if (row === undefined) return undefined;
  const { decision, principal, session, used_calls: usedCalls } = row;
  const { code: _code, way: _way, ...shown } = JSON.parse(String(row["shown"])) as StoredShown;
  return {
    approvalId: String(row["approval_id"]),
    runId: String(row["run_id"]),
    kind: row["kind"] as Approval["kind"],
    state: row["state"] as ApprovalState,
    ...(principal !== null && { principal: String(principal) }),
    programHash: String(row["program_hash"]),
    ...(session !== null && { session: String(session) }),
    shown,
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
    ...(decision !== null && { decision: JSON.parse(String(decision)) as Decision }),
    ...(usedCalls !== null && { usedCalls: Number(usedCalls) }),
    isRevoked: row["revoked_at"] !== null,
  };
}

function readGrant(row: Row): Grant {
  const { principal, session } = row;
  return {
    grantId: String(row["grant_id"]),
    approvalId: String(row["approval_id"]),
    scope: row["scope"] as Grant["scope"],
    runId: String(row["run_id"]),
    callKey: String(row["call_key"]),
    occurrence: Number(row["occurrence"]),
    ...(principal !== null && { principal: String(principal) }),
    programHash: String(row["program_hash"]),
    ...(session !== null && { session: String(session) }),
    tools: JSON.parse(String(row["tools"])) as Grant["tools"],
    level: row["level"] as Grant["level"],
    hasCallsLeft: row["has_calls_left"] === 1,
  };
}
