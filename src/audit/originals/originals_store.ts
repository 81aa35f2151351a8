import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../storage/database.ts";
import type { Original, OriginalLabel } from "./original.ts";
import type { SealedOriginal } from "./original_seal.ts";
import { startSha256 } from "../../text/sha256.ts";

/** One original as it is stored. */
export type StoredOriginal = OriginalLabel & SealedOriginal;

/** Originals past their time. */
export interface OldOriginals {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** SHA-256 over their digests, each on a line, in the order of these. */
  readonly digest: string;
}

/** What is deleted is overwritten, sealed as it is. */
const SCHEMA = `
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS originals (
  digest TEXT PRIMARY KEY,
  run_id TEXT NOT NULL,
  call INTEGER NOT NULL,
  part TEXT NOT NULL,
  at INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS originals_by_time ON originals (at);
`;

/**
 * Opens the database of sealed originals, made where it is missing and closed to others.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export function openOriginalsStore(path: string): OriginalsStore {
  return new OriginalsStore(openDatabase(path, { name: "originals", schema: SCHEMA }));
}

/** The rows of sealed originals. */
export class OriginalsStore implements Disposable {
  readonly #database: DatabaseSync;

  /** Works on a database that {@linkcode openOriginalsStore} prepared. */
  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Adds one; when it has returned it outlives the process. */
  add({ digest, runId, call, part, at, keyId, sealed }: StoredOriginal): void {
    this.#database.prepare("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(digest, runId, call, part, at, keyId, sealed);
  }

  /** The one of a digest; undefined where it is past its time. */
  find(digest: string): StoredOriginal | undefined {
    const row = this.#database.prepare("SELECT * FROM originals WHERE digest = ?").get(digest);
    if (row === undefined) return undefined;
    return {
      digest,
      runId: String(row["run_id"]),
      call: Number(row["call"]),
      part: row["part"] as Original["part"],
      at: Number(row["at"]),
      keyId: String(row["key_id"]),
      sealed: row["sealed"] as Uint8Array,
    };
  }

  /** The ids of all keys that anything is sealed with. */
  keyIds(): string[] {
    const rows = this.#database.prepare("SELECT DISTINCT key_id FROM originals").all();
    return rows.map((row) => String(row["key_id"]));
  }

  /** What is older than a time; undefined where nothing is. */
  olderThan(time: number): OldOriginals | undefined {
    const hash = startSha256();
    let [count, firstAt, lastAt] = [0, 0, 0];
    const select = "SELECT digest, at FROM originals WHERE at < ? ORDER BY digest";
    for (const { digest, at } of this.#database.prepare(select).iterate(time)) {
      hash.add(`${digest}\n`);
      firstAt = count === 0 ? Number(at) : Math.min(firstAt, Number(at));
      lastAt = Math.max(lastAt, Number(at));
      count++;
    }
    return count === 0 ? undefined : { count, firstAt, lastAt, digest: hash.digest() };
  }

  /** Removes what is older than a time. */
  removeBefore(time: number): void {
    this.#database.prepare("DELETE FROM originals WHERE at < ?").run(time);
    // What was written ahead holds it still.
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
