import { sha256 } from "../text/sha256.ts";
import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import { openDatabase } from "../storage/database.ts";

/** A session as it is written down. */
export interface StoredSession {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** When a run of it began last; in the same unit. */
  readonly usedAt: number;
  /** How many runs it has had. */
  readonly runs: number;
}

/** The list of all sessions, which outlives the process. */
export interface SessionStore extends Disposable {
  /** Writes down that a session is used, the first time too. */
  use(session: Pick<StoredSession, "id" | "owner" | "name">, wanted: { runs: 0 | 1 }): void;
  /** Writes down a session that was found, unless it is known. */
  adopt(session: Omit<StoredSession, "runs">): void;
  find(id: string): StoredSession | undefined;
  /** Those of one owner or of all, the latest used first. */
  list(owner?: string): StoredSession[];
  remove(id: string): void;
}

const MAX_LISTED = 10_000;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL,
  created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, runs INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_owner ON sessions (owner, used_at);
`;

const COLUMNS = "id, owner, name, created_at AS createdAt, used_at AS usedAt, runs";

/**
 * Opens the list that is kept in the folder `state`, made where it is missing and closed to others.
 *
 * @param clock gives the time in milliseconds. Default: the system's
 */
export function openSessionStore(state: string, clock: () => number = Date.now): SessionStore {
  const path = join(state, "sessions.sqlite");
  const database = openDatabase(path, { name: "sessions", schema: SCHEMA });
  const use = database.prepare(
    `INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at, runs = runs + excluded.runs`,
  );
  const adopt = database.prepare("INSERT OR IGNORE INTO sessions VALUES (?, ?, ?, ?, ?, 0)");
  const find = database.prepare(`SELECT ${COLUMNS} FROM sessions WHERE id = ?`);
  const all = database.prepare(
    `SELECT ${COLUMNS} FROM sessions ORDER BY used_at DESC, id LIMIT ${MAX_LISTED}`,
  );
  const ofOwner = database.prepare(
    `SELECT ${COLUMNS} FROM sessions WHERE owner = ? ORDER BY used_at DESC, id LIMIT ${MAX_LISTED}`,
  );
  const remove = database.prepare("DELETE FROM sessions WHERE id = ?");
  return {
    use({ id, owner, name }, { runs }) {
      const now = clock();
      use.run(id, owner, name, now, now, runs);
    },
    adopt({ id, owner, name, createdAt, usedAt }) {
      adopt.run(id, owner, name, createdAt, usedAt);
    },
    find: (id) => find.get(id) as unknown as StoredSession | undefined,
    list: (owner) =>
      (owner === undefined ? all.all() : ofOwner.all(owner)) as unknown as StoredSession[],
    remove: (id) => void remove.run(id),
    [Symbol.dispose]: () => database.close(),
  };
}

/** Options of {@linkcode lockSession}. */
interface LockSessionOptions {
  /** The folder that the locks are kept in. */
  readonly dir: string;
  /** Runs use a session together; who ends it must be alone. */
  readonly for: "use" | "end";
}

/**
 * Holds a session, in this process or against another, until it is disposed.
 *
 * @throws {AirlockError} BUSY where it is being ended, or is used by who wants to end it
 */
export async function lockSession(
  id: string,
  { dir, for: purpose }: LockSessionOptions,
): Promise<Disposable & { remove(): void }> {
  await Deno.mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, `${sha256(id).slice(0, 40)}.lock`);
  for (;;) {
    const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
    if (!await file.tryLock(purpose === "end")) {
      file.close();
      throw new AirlockError(
        "BUSY",
        purpose === "end"
          ? "Cannot close session: a run is under way in it"
          : "Cannot open session: it is being closed",
      );
    }
    // Who ended the session before took the file away while this one waited at it.
    if (((await file.stat()).nlink ?? 1) > 0) {
      return {
        remove: () => Deno.removeSync(path),
        [Symbol.dispose]() {
          file.unlockSync();
          file.close();
        },
      };
    }
    file.close();
  }
}
