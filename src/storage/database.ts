import { dirname } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { AirlockError } from "../model/errors.ts";

/** How long one process waits for another to finish a write. */
const BUSY_MS = 5_000;

/** A step from one version to the next. */
export type DatabaseChange = string | ((database: DatabaseSync) => void);

/** What a database holds. */
interface DatabaseSchema {
  /** In messages, such as "journal". */
  readonly name: string;
  /** Tables, indexes and triggers. With a version they are made once, without on every opening. */
  readonly schema: DatabaseChange;
  /** Raised with every change that an older version of Airlock would not understand. */
  readonly version?: number;
  /** What each version before lacks, from the first on. */
  readonly changes?: readonly DatabaseChange[];
}

/**
 * Opens a SQLite database whose file only its owner can read, made where it is missing. With its
 * write-ahead log a write that has returned outlives the process; a power cut may undo the last ones.
 *
 * @param path of its file; undefined for one in memory, which ends with the process
 * @throws {AirlockError} CONFIG_INVALID where the file cannot be used, or a later version has written it
 */
export function openDatabase(path: string | undefined, tables: DatabaseSchema): DatabaseSync {
  try {
    if (path !== undefined) makeFile(path);
    return prepare(new DatabaseSync(path ?? ":memory:", { timeout: BUSY_MS }), tables);
  } catch (cause) {
    if (cause instanceof AirlockError) throw cause;
    throw new AirlockError(
      "CONFIG_INVALID",
      `Cannot open ${tables.name}: "${path}" cannot be used`,
      { cause },
    );
  }
}

/** Writes all or nothing, with no other write between; returns what `write` returns. */
export function atOnce<T>(database: DatabaseSync, write: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const written = write();
    database.exec("COMMIT");
    return written;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function makeFile(path: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite gives its other files the mode of the first.
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
  if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
}

function prepare(database: DatabaseSync, tables: DatabaseSchema): DatabaseSync {
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
    if (tables.version === undefined) apply(database, tables.schema);
    else bringUpToDate(database, { changes: [], ...tables, version: tables.version });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function bringUpToDate(
  database: DatabaseSync,
  { name, schema, version, changes }: Required<DatabaseSchema>,
): void {
  if (versionOf(database) === version) return;
  atOnce(database, () => {
    const found = versionOf(database);
    if (found > version) {
      throw new AirlockError(
        "CONFIG_INVALID",
        `Cannot open ${name}: another version has written it`,
      );
    }
    // Another process may have made it meanwhile.
    if (found === version) return;
    for (const change of found === 0 ? [schema] : changes.slice(found - 1)) {
      apply(database, change);
    }
    database.exec(`PRAGMA user_version = ${version}`);
  });
}

function apply(database: DatabaseSync, change: DatabaseChange): void {
  if (typeof change === "string") database.exec(change);
  else change(database);
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
