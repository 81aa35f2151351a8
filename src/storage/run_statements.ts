import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Approvals whose run is forgotten. */
const OVER = "SELECT approval_id FROM approvals WHERE created_at < ? AND state <> 'waiting' " +
  "AND run_id NOT IN (SELECT run_id FROM runs)";

/** All that is asked of the journal about runs and their calls. */
export function prepareRunStatements(database: DatabaseSync) {
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
