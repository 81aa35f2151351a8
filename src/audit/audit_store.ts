import type { DatabaseSync, StatementSync } from "node:sqlite";
import { openDatabase } from "../storage/database.ts";
import type { AuditEntry, AuditHead } from "./audit_entry.ts";

export interface EntryFilter {
  readonly runId?: string | undefined;
  readonly kind?: string | undefined;
  /** Milliseconds since the epoch, this one among them. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, this one not among them. */
  readonly to?: number | undefined;
  readonly fromSeq?: number | undefined;
  readonly toSeq?: number | undefined;
}

const SCHEMA_VERSION = 1;
/** What is wrong beyond these is wrong for the same reason. */
const MAX_FOUND = 5;

/** After so many entries what was written ahead goes to its place, between two turns of the loop. */
const MOVE_AFTER_ENTRIES = 2_000;
/** The write that reaches this moves them itself. */
const MAX_AHEAD_PAGES = 20_000;

/** Triggers refuse changes, and removals beyond what the head has as removed. */
const SCHEMA = `
CREATE TABLE entries (
  seq INTEGER PRIMARY KEY,
  previous TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  run_id TEXT NOT NULL,
  body TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE INDEX entries_by_run ON entries (run_id) WHERE run_id <> '';
CREATE TABLE head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  removed_to INTEGER NOT NULL,
  mac TEXT NOT NULL
);
CREATE TABLE used_tools (
  principal TEXT NOT NULL,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  PRIMARY KEY (principal, server, tool)
);
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN
  SELECT RAISE(ABORT, 'entries are never changed');
END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries
WHEN OLD.seq > (SELECT removed_to FROM head) BEGIN
  SELECT RAISE(ABORT, 'entries are never removed');
END;
`;

/**
 * Opens the database of a log, made where it is missing and closed to others.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export function openAuditStore(path: string): AuditStore {
  const database = openDatabase(path, { name: "audit", schema: SCHEMA, version: SCHEMA_VERSION });
  database.exec(`PRAGMA wal_autocheckpoint = ${MAX_AHEAD_PAGES}`);
  return new AuditStore(database);
}

/** The rows of a log. Nothing here waits. */
export class AuditStore {
  readonly #database: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  #ahead = 0;
  #moving: ReturnType<typeof setTimeout> | undefined;

  /** Works on a database that {@linkcode openAuditStore} prepared. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared);
  }

  /** Writes all or nothing, with no other write between. */
  atOnce<T>(write: () => T): T {
    this.#statements.begin.run();
    try {
      const result = write();
      this.#statements.commit.run();
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#statements.rollback.run();
      throw error;
    }
  }

  /** Waits for the disk with what `write` writes. */
  durably(write: () => void): void {
    this.#database.exec("PRAGMA synchronous = FULL");
    try {
      write();
    } finally {
      this.#database.exec("PRAGMA synchronous = NORMAL");
    }
  }

  /** What SQLite finds wrong with the file. */
  damage(): readonly string[] {
    try {
      return this.#database.prepare(`PRAGMA integrity_check(${MAX_FOUND})`).all()
        .map((row) => String(row["integrity_check"])).filter((text) => text !== "ok");
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** The end of the chain as it is stored. */
  head(): AuditHead | undefined {
    const row = this.#statements.head.get();
    if (row === undefined) return undefined;
    return {
      seq: Number(row["seq"]),
      digest: String(row["digest"]),
      removedTo: Number(row["removed_to"]),
      mac: String(row["mac"]),
    };
  }

  get isEmpty(): boolean {
    return this.#statements.any.get() === undefined;
  }

  add({ seq, previous, at, kind, runId, body, digest }: AuditEntry, head: AuditHead): void {
    this.#statements.add.run(seq, previous, at, kind, runId, body, digest);
    this.moveHead(head);
    if (++this.#ahead >= MOVE_AFTER_ENTRIES) this.#moving ??= setTimeout(() => this.#moveAhead());
  }

  /** It waits for the disk: no call should. */
  #moveAhead(): void {
    this.#moving = undefined;
    this.#ahead = 0;
    this.#statements.moveAhead.get();
  }

  moveHead({ seq, digest, removedTo, mac }: AuditHead): void {
    this.#statements.moveHead.run(seq, digest, removedTo, mac);
  }

  /** Removes the entries up to the one given; the head must be moved first. */
  removeTo(seq: number): void {
    this.#statements.remove.run(seq);
  }

  /** Reads entries in their order, one at a time. */
  *read(filter: EntryFilter = {}): Generator<AuditEntry> {
    const { runId, kind, from, to, fromSeq, toSeq } = filter;
    const wanted: [string, string | number | undefined][] = [
      ["run_id = ?", runId],
      ["kind = ?", kind],
      ["at >= ?", from],
      ["at < ?", to],
      ["seq >= ?", fromSeq],
      ["seq <= ?", toSeq],
    ];
    const given = wanted.flatMap(([sql, value]) => value === undefined ? [] : [{ sql, value }]);
    const where = given.length === 0 ? "" : `WHERE ${given.map(({ sql }) => sql).join(" AND ")}`;
    const statement = this.#database.prepare(`SELECT * FROM entries ${where} ORDER BY seq`);
    for (const row of statement.iterate(...given.map(({ value }) => value))) yield entryOf(row);
  }

  /** Notes that a principal used a tool; false where it had before. */
  noteTool(principal: string, { server, tool }: { server: string; tool: string }): boolean {
    return this.#statements.noteTool.run(principal, server, tool).changes === 1;
  }

  /** How many tools a principal has used. */
  toolsOf(principal: string): number {
    return Number(this.#statements.toolsOf.get(principal)?.["count"]);
  }

  close(): void {
    clearTimeout(this.#moving);
    this.#database.close();
  }
}

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  head: "SELECT seq, digest, removed_to, mac FROM head",
  moveAhead: "PRAGMA wal_checkpoint(PASSIVE)",
  any: "SELECT 1 FROM entries LIMIT 1",
  add: "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
  moveHead: `INSERT INTO head VALUES (1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    seq = excluded.seq, digest = excluded.digest, removed_to = excluded.removed_to,
    mac = excluded.mac`,
  remove: "DELETE FROM entries WHERE seq <= ?",
  noteTool: "INSERT OR IGNORE INTO used_tools VALUES (?, ?, ?)",
  toolsOf: "SELECT count(*) AS count FROM used_tools WHERE principal = ?",
} as const;

function entryOf(row: Record<string, unknown>): AuditEntry {
  return {
    seq: Number(row["seq"]),
    previous: String(row["previous"]),
    at: Number(row["at"]),
    kind: String(row["kind"]) as AuditEntry["kind"],
    runId: String(row["run_id"]),
    body: String(row["body"]),
    digest: String(row["digest"]),
  };
}
