import type {
  Approval,
  ApprovalShown,
  ApprovalState,
  Decision,
  Grant,
  ShownSkill,
} from "../../model/approval.ts";
import type { DatabaseSync } from "node:sqlite";

type Row = Readonly<Record<string, unknown>>;

/** What is shown, with what is kept beside it: the program, its skills, and the way of its flows. */
type StoredShown = ApprovalShown & {
  readonly code?: string;
  readonly skills?: readonly ShownSkill[];
  readonly way?: string;
};

/** The ids of the approvals of rows. */
export function idsOf(rows: readonly Row[]): string[] {
  return rows.map((row) => String(row["approval_id"]));
}

/** The approval of a row. */
export function readApproval(row: Row | undefined): Approval | undefined {
  if (row === undefined) return undefined;
  const { decision, principal, session, used_calls: usedCalls } = row;
  const { code: _code, skills: _skills, way: _way, ...shown } = readShown(row);
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

/** What is kept of what a person is shown. */
export function readShown(row: Row): StoredShown {
  return JSON.parse(String(row["shown"])) as StoredShown;
}

/** The grant of a row. */
export function readGrant(row: Row): Grant {
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

const APPROVAL_COLUMNS =
  "approvals.*, grants.used_calls AS used_calls, grants.revoked_at AS revoked_at " +
  "FROM approvals LEFT JOIN grants USING (approval_id)";

/** All that is asked of the journal about approvals and grants. */
export function prepareApprovalStatements(database: DatabaseSync) {
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
