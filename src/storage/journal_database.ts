import { exists } from "@std/fs";
import { dirname, join } from "@std/path";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "./database.ts";
import { HOSTS_FOLDER } from "./host_lock.ts";

/** Raised with every change that an older version would not understand. */
const SCHEMA_VERSION = 3;

const SCHEMA = `
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  owner TEXT NOT NULL,
  request TEXT NOT NULL,
  program_hash TEXT NOT NULL,
  seed TEXT NOT NULL,
  started_at REAL NOT NULL,
  idempotency_key TEXT UNIQUE,
  request_digest TEXT NOT NULL,
  result TEXT,
  finished_at REAL
);
CREATE INDEX runs_by_state ON runs (state);
CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  arguments TEXT NOT NULL,
  is_effect INTEGER NOT NULL,
  settled_before INTEGER NOT NULL,
  begun_ms INTEGER,
  settled_as INTEGER,
  outcome TEXT,
  body BLOB
);
CREATE INDEX calls_by_run ON calls (run_id);
CREATE TABLE clock_reads (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL,
  reads TEXT NOT NULL
);
CREATE INDEX clock_reads_by_run ON clock_reads (run_id);
CREATE TABLE approvals (
  approval_id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  state TEXT NOT NULL,
  principal TEXT,
  program_hash TEXT NOT NULL,
  session TEXT,
  shown TEXT NOT NULL,
  created_at REAL NOT NULL,
  expires_at REAL NOT NULL,
  decision TEXT,
  decided_at REAL
);
CREATE INDEX approvals_by_run ON approvals (run_id);
CREATE INDEX approvals_by_state ON approvals (state);
CREATE TABLE grants (
  grant_id TEXT PRIMARY KEY,
  approval_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  run_id TEXT NOT NULL,
  call_key TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  principal TEXT,
  program_hash TEXT NOT NULL,
  session TEXT,
  tools TEXT NOT NULL,
  level TEXT,
  max_calls INTEGER,
  used_calls INTEGER NOT NULL DEFAULT 0,
  until_at REAL,
  revoked_at REAL
);
CREATE INDEX grants_by_run ON grants (run_id);
CREATE INDEX grants_by_program ON grants (program_hash);
CREATE INDEX grants_by_session ON grants (session);
`;

/** What each version before lacks, from the first on. */
const CHANGES = [
  "ALTER TABLE calls ADD COLUMN begun_ms INTEGER;",
  // What was granted to nobody by name is good for no other run.
  "ALTER TABLE approvals ADD COLUMN principal TEXT; ALTER TABLE grants ADD COLUMN principal TEXT;",
];

const TABLES = { name: "journal", schema: SCHEMA, version: SCHEMA_VERSION, changes: CHANGES };

/**
 * Opens the database of runs and approvals, made where it is missing and closed to others. A write
 * that has returned outlives the process, however that ends.
 *
 * @param path of its file; undefined for one in memory, which ends with the process
 * @param options.onLost is called where hosts have worked here before, and their journal is gone
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function openJournalDatabase(
  path: string | undefined,
  { onLost = warnOfLoss }: { readonly onLost?: () => void } = {},
): Promise<DatabaseSync> {
  if (path === undefined) return openMemoryJournal();
  const isLost = await isEmpty(path) && await exists(join(dirname(path), HOSTS_FOLDER));
  const database = openDatabase(path, TABLES);
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o600);
  if (isLost) onLost();
  return database;
}

/** Opens a journal that ends with the process. */
export function openMemoryJournal(): DatabaseSync {
  return openDatabase(undefined, TABLES);
}

async function isEmpty(path: string): Promise<boolean> {
  return !await exists(path) || (await Deno.stat(path)).size === 0;
}

function warnOfLoss(): void {
  console.error("warning: the journal was emptied: runs and approvals of before are not known");
}
