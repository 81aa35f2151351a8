import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../storage/database.ts";

/**
 * Rows are only ever added: the database itself refuses to change one, or to remove another than the
 * oldest, of which it says that they are gone.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS privacy_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  session TEXT NOT NULL,
  seq INTEGER NOT NULL,
  direction TEXT NOT NULL,
  server TEXT,
  tool TEXT,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  token TEXT,
  detector TEXT NOT NULL,
  confidence REAL NOT NULL,
  action TEXT NOT NULL,
  reason TEXT,
  length INTEGER NOT NULL,
  fingerprint TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS privacy_events_by_session ON privacy_events (session);
CREATE TRIGGER IF NOT EXISTS privacy_events_stay BEFORE UPDATE ON privacy_events
BEGIN SELECT RAISE(ABORT, 'privacy events are never changed'); END;
CREATE TABLE IF NOT EXISTS removed (up_to INTEGER NOT NULL) STRICT;
INSERT INTO removed SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM removed);
DROP TRIGGER IF EXISTS privacy_events_last;
CREATE TRIGGER IF NOT EXISTS privacy_events_remain BEFORE DELETE ON privacy_events
WHEN OLD.id > (SELECT up_to FROM removed)
BEGIN SELECT RAISE(ABORT, 'privacy events are never removed'); END;
`;

/** Opens the database of privacy events, and makes it where there is none. */
export function openPrivacyDatabase(path: string): DatabaseSync {
  return openDatabase(path, { name: "privacy events", schema: SCHEMA });
}
