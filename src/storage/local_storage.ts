import { join } from "@std/path";
import { exists } from "@std/fs";
import { FileLeases } from "./file_leases.ts";
import { HOSTS_FOLDER } from "./host_lock.ts";
import { openJournalDatabase, openSessionsDatabase } from "./journal_database.ts";
import type { BucketName, Storage } from "./ports.ts";
import { SqliteStorage } from "./sqlite_storage.ts";

/** The file of the run journal, in the folder of the state. */
export const JOURNAL_FILE = "journal.sqlite";

/**
 * Opens the storage of one machine: SQLite databases in the folder of the state, which several
 * processes may share.
 *
 * @param keep "memory" for a journal that ends with the process; sessions are kept all the same
 * @throws {AirlockError} CONFIG_INVALID
 */
export function openLocalStorage(folder: string, keep: "file" | "memory" = "file"): Storage {
  const isShared = keep === "file";
  const journal = openJournalDatabase(isShared ? join(folder, JOURNAL_FILE) : undefined);
  const main = new SqliteStorage(journal);
  // Without sessions there is no file.
  let sessions: SqliteStorage | undefined;
  const openSessions = () =>
    sessions ??= new SqliteStorage(openSessionsDatabase(join(folder, "sessions.sqlite")));
  return {
    isShared,
    bucket: (name: BucketName) => (name === "sessions" ? openSessions() : main).bucket(name),
    log: (name) => main.log(name),
    leases: new FileLeases(folder),
    openIndex: () => journal,
    [Symbol.asyncDispose]() {
      sessions?.[Symbol.dispose]();
      main[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Whether hosts have worked in a folder of the state before, and their journal is gone. */
export async function isJournalLost(folder: string): Promise<boolean> {
  const size = await Deno.stat(join(folder, JOURNAL_FILE)).then(({ size }) => size, () => 0);
  return size === 0 && await exists(join(folder, HOSTS_FOLDER));
}
