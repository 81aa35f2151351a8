import type { DatabaseSync } from "node:sqlite";

/** Writes all or nothing, and nothing else between; gives what `write` gives. */
export function atOnce<T>(database: DatabaseSync, write: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const written = write();
    database.exec("COMMIT");
    return written;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
