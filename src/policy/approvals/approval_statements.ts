import type { DatabaseSync } from "node:sqlite";

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
