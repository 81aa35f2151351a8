import { dirname, join } from "@std/path";
import type { DatabaseSync } from "node:sqlite";
import { type DatabaseChange, openDatabase } from "./database.ts";
import { PORT_TABLES } from "./sqlite_storage.ts";

/** What each version before lacks, from the first on. */
const CHANGES: readonly DatabaseChange[] = [
  "ALTER TABLE calls ADD COLUMN begun_ms INTEGER;",
  // A grant without a principal is good for no other run.
  "ALTER TABLE approvals ADD COLUMN principal TEXT; ALTER TABLE grants ADD COLUMN principal TEXT;",
  intoPorts,
];

/**
 * Opens the database of the run journal, approvals and their index, made where it is missing and closed
 * to others.
 *
 * @param path of its file; undefined for one in memory, which ends with the process
 * @throws {AirlockError} CONFIG_INVALID
 */
export function openJournalDatabase(path: string | undefined): DatabaseSync {
  return openDatabase(path, {
    name: "journal",
    schema: PORT_TABLES,
    version: CHANGES.length + 1,
    changes: CHANGES,
  });
}

/** Opens the database of the sessions. */
export function openSessionsDatabase(path: string): DatabaseSync {
  return openDatabase(path, {
    name: "sessions",
    schema(database) {
      sessionsIntoPorts(database);
      noncesIntoPorts(database, join(dirname(path), "vaults", "nonces"));
    },
    version: 1,
  });
}

/** Makes the entries of the table that versions before the ports had. */
function sessionsIntoPorts(database: DatabaseSync): void {
  database.exec(PORT_TABLES);
  const isOld = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sessions'").get();
  if (isOld === undefined) return;
  const add = database.prepare(
    "INSERT INTO entries (bucket, key, value) VALUES ('sessions', ?, ?)",
  );
  const rows = database.prepare(
    "SELECT id, owner, name, created_at AS createdAt, used_at AS usedAt, runs FROM sessions",
  );
  for (const row of rows.all()) add.run(String(row["id"]), JSON.stringify(row));
  database.exec("DROP TABLE sessions");
}

/** Makes the entries of the files that versions before had: a name a nonce, in it the session. */
function noncesIntoPorts(database: DatabaseSync, folder: string): void {
  const add = database.prepare("INSERT INTO entries (bucket, key, value) VALUES ('nonces', ?, ?)");
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      add.run(name, JSON.stringify(Deno.readTextFileSync(join(folder, name))));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Makes the events and approvals of the tables that versions up to the third had. */
function intoPorts(database: DatabaseSync): void {
  database.exec(PORT_TABLES);
  const addEvent = database.prepare(
    "INSERT INTO events (log, subject, sequence, event, body) VALUES ('runs', ?, " +
      "1 + coalesce((SELECT max(sequence) FROM events WHERE log = 'runs' AND subject = ?1), 0), ?, ?)",
  );
  const add = (runId: unknown, event: unknown, body: unknown = null) => {
    addEvent.run(String(runId), JSON.stringify(event), body as Uint8Array | null);
  };
  const addEntry = database.prepare("INSERT INTO entries (bucket, key, value) VALUES (?, ?, ?)");
  const put = (bucket: string, key: unknown, value: unknown) =>
    addEntry.run(bucket, String(key), JSON.stringify(value));
  for (const row of database.prepare("SELECT * FROM runs ORDER BY started_at").all()) {
    const { run_id: runId, state, idempotency_key: key, result } = row;
    add(runId, begunOf(row));
    if (key !== null) put("run_keys", key, runId);
    const calls = database.prepare("SELECT * FROM calls WHERE run_id = ? ORDER BY id").all(runId!);
    const firstCall = 2;
    for (const call of calls) add(runId, { kind: "call", call: callOf(call) });
    for (const [at, { settled_as: order, outcome, body }] of calls.entries()) {
      if (order === null) continue;
      add(runId, { kind: "settled", call: firstCall + at, order, outcome }, body);
    }
    const clock = database.prepare("SELECT reads FROM clock_reads WHERE run_id = ? ORDER BY id");
    for (const { reads } of clock.all(runId!)) {
      add(runId, { kind: "clock", reads: JSON.parse(String(reads)) });
    }
    if (state === "running" || result === null) continue;
    add(runId, state === "finished" ? finishedOf(row) : { kind: "paused" }, bytesOf(result));
  }
  const approvals = database.prepare(
    "SELECT approvals.*, scope, max_calls, used_calls, until_at, revoked_at FROM approvals " +
      "LEFT JOIN grants USING (approval_id) ORDER BY approvals.rowid",
  );
  for (const row of approvals.all()) {
    const { code, skills, way, ...shown } = JSON.parse(String(row["shown"]));
    put("approvals", row["approval_id"], { ...approvalOf(row), shown, way });
    put("approval_texts", row["approval_id"], { code, skills });
  }
  for (const table of ["runs", "calls", "clock_reads", "approvals", "grants"]) {
    database.exec(`DROP TABLE ${table}`);
  }
}

function begunOf(row: Row) {
  return {
    kind: "begun",
    owner: row["owner"],
    run: {
      request: JSON.parse(String(row["request"])),
      programHash: row["program_hash"],
      seed: row["seed"],
      startedAt: row["started_at"],
      idempotencyKey: row["idempotency_key"] ?? undefined,
      requestDigest: row["request_digest"],
    },
  };
}

function callOf(row: Row) {
  return {
    callKey: row["call_key"],
    occurrence: row["occurrence"],
    server: row["server"],
    tool: row["tool"],
    arguments: row["arguments"],
    isEffect: row["is_effect"] === 1,
    settledBefore: row["settled_before"],
    begunMs: row["begun_ms"] ?? undefined,
  };
}

function finishedOf(row: Row) {
  const { status, risk, error, calls } = JSON.parse(String(row["result"]));
  return {
    kind: "finished",
    at: row["finished_at"],
    ...{ status, risk: risk?.level, error: error?.message },
    tools: calls?.map(({ server, tool }: Row) => [server, tool]),
  };
}

function approvalOf(row: Row) {
  const decision = row["decision"] === null ? undefined : JSON.parse(String(row["decision"]));
  const isWithoutGrant = row["state"] === "approved" && row["scope"] === null;
  const revokedAt = row["revoked_at"] ?? (isWithoutGrant ? row["decided_at"] : undefined);
  return {
    approvalId: row["approval_id"],
    runId: row["run_id"],
    kind: row["kind"],
    callKey: row["call_key"],
    occurrence: row["occurrence"],
    state: row["state"],
    principal: row["principal"] ?? undefined,
    programHash: row["program_hash"],
    session: row["session"] ?? undefined,
    createdAt: row["created_at"],
    expiresAt: row["expires_at"],
    decision,
    usedCalls: row["used_calls"] ?? undefined,
    revokedAt: revokedAt ?? undefined,
  };
}

function bytesOf(text: unknown): Uint8Array {
  return new TextEncoder().encode(String(text));
}
