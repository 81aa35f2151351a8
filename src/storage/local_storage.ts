import { join } from "@std/path";
import type { DatabaseSync } from "node:sqlite";
import { exists } from "@std/fs";
import { FileLeases } from "./file_leases.ts";
import { FolderBlobs } from "./folder_blobs.ts";
import { HOSTS_FOLDER } from "./host_lock.ts";
import { openJournalDatabase, openSessionsDatabase } from "./journal_database.ts";
import type { BucketName, Storage } from "./ports.ts";
import { SqliteStorage } from "./sqlite_storage.ts";

/** Values that are kept although the journal is not. */
const LASTING: ReadonlySet<BucketName> = new Set(["sessions", "nonces"]);

/** The file of the run journal, in the folder of the state. */
export const JOURNAL_FILE = "journal.sqlite";

/**
 * Opens the storage of one machine: SQLite databases in the folder of the state, which several
 * processes may share. Each is opened, and made, when it is needed first.
 *
 * @param keep "memory" for a journal that ends with the process; sessions are kept all the same
 */
export function openLocalStorage(folder: string, keep: "file" | "memory" = "file"): Storage {
  const isShared = keep === "file";
  const journalPath = isShared ? join(folder, JOURNAL_FILE) : undefined;
  let journal: DatabaseSync | undefined;
  let main: SqliteStorage | undefined;
  let lasting: SqliteStorage | undefined;
  const openJournal = () => journal ??= openJournalDatabase(journalPath);
  const openMain = () => main ??= new SqliteStorage(openJournal());
  const openLasting = () =>
    lasting ??= new SqliteStorage(openSessionsDatabase(join(folder, "sessions.sqlite")));
  return {
    isShared,
    bucket: (name: BucketName) => (LASTING.has(name) ? openLasting() : openMain()).bucket(name),
    log: (name) => openMain().log(name),
    blobs: (name) =>
      new FolderBlobs(name === "vaults" ? join(folder, "vaults") : join(folder, "vaults", "runs")),
    leases: new FileLeases(folder),
    openIndex: openJournal,
    [Symbol.asyncDispose]() {
      lasting?.[Symbol.dispose]();
      if (main === undefined) journal?.close();
      else main[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Whether hosts have worked in a folder of the state before, and their journal is gone. */
export async function isJournalLost(folder: string): Promise<boolean> {
  const size = await Deno.stat(join(folder, JOURNAL_FILE)).then(({ size }) => size, () => 0);
  return size === 0 && await exists(join(folder, HOSTS_FOLDER));
}
