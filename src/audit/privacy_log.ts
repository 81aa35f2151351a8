import type { DatabaseSync, StatementSync } from "node:sqlite";
import { join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import { hostTurns } from "../work/host_turns.ts";
import { openDatabase } from "../storage/database.ts";

/** Writes privacy events down: append-only, and never a value. */
interface PrivacyLog extends AsyncDisposable {
  /** Takes events that come of a principal's work; they are written soon, in its turns. */
  write(events: readonly PrivacyEvent[], principal?: string): void;
  /**
   * Resolves when all events that were taken of a principal are written.
   *
   * @throws {AirlockError} INTERNAL where they cannot be
   */
  settled(principal?: string): Promise<void>;
}

/** So few are written at once where a call waits for them. */
const FEW = 100;
/** How many rows are written between two looks at the clock. */
const ROWS_PER_LOOK = 8;

/** Events that no call waits for are written after this pause. */
const SOON_MS = 25;

const INSERT = `
INSERT INTO privacy_events (
  at_ms, session, seq, direction, server, tool, path, kind, token, detector, confidence, action,
  reason, length, fingerprint
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Opens the log, a SQLite database that only its owner can read. */
export function openPrivacyLog(path: string): PrivacyLog {
  return new SqlitePrivacyLog(openPrivacyDatabase(path));
}

/** What waits of one principal. */
interface Queue {
  readonly events: PrivacyEvent[];
  /** Ends the pause before the first of them. */
  hurry(): void;
  written: Promise<void>;
}

class SqlitePrivacyLog implements PrivacyLog {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #queues = new Map<string, Queue>();
  #failure: AirlockError | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(INSERT);
  }

  write(events: readonly PrivacyEvent[], principal = ""): void {
    const queue = this.#queues.get(principal) ?? this.#open(principal);
    for (const event of events) queue.events.push(event);
  }

  async settled(principal = ""): Promise<void> {
    const queue = this.#queues.get(principal);
    if (queue !== undefined) {
      // What is little is written at once: a call waits for it.
      if (queue.events.length <= FEW) this.#writeSlice(queue, () => false);
      queue.hurry();
      await queue.written;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [, queue] of this.#queues) {
      queue.hurry();
      await queue.written;
    }
    this.#database.close();
  }

  #open(principal: string): Queue {
    const { promise: hurried, resolve: hurry } = Promise.withResolvers<void>();
    const queue: Queue = { events: [], hurry, written: Promise.resolve() };
    this.#queues.set(principal, queue);
    queue.written = this.#writeSoon(queue, { principal, hurried });
    return queue;
  }

  async #writeSoon(
    queue: Queue,
    { principal, hurried }: { principal: string; hurried: Promise<void> },
  ): Promise<void> {
    const timer = setTimeout(queue.hurry, SOON_MS);
    await hurried;
    clearTimeout(timer);
    while (queue.events.length > 0) {
      await hostTurns.rest(principal);
      const slices = hostTurns.slices(principal);
      this.#writeSlice(queue, () => slices.isDue);
      slices.end();
    }
    this.#queues.delete(principal);
  }

  /** One transaction of as many as there is time for. */
  #writeSlice({ events }: Queue, isDue: () => boolean): void {
    if (events.length === 0) return;
    let count = 0;
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      do {
        this.#insert.run(...rowOf(events[count]!));
        count++;
      } while (count < events.length && (count % ROWS_PER_LOOK > 0 || !isDue()));
      this.#database.exec("COMMIT");
      events.splice(0, count);
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      // From here on nothing is restored any more: what is not written down must not happen.
      this.#failure = new AirlockError("INTERNAL", "Cannot write audit", { cause });
      events.length = 0;
    }
  }
}

function rowOf(event: PrivacyEvent): (string | number | null)[] {
  return [
    event.atMs,
    event.session,
    event.seq,
    event.direction,
    event.server ?? null,
    event.tool ?? null,
    event.path,
    event.kind,
    event.token ?? null,
    event.detector,
    event.confidence,
    event.action,
    event.reason ?? null,
    event.length,
    event.fingerprint() ?? null,
  ];
}

/**
 * Rows are only ever added: the database itself refuses to change one, or to remove another than the
 * oldest, once they are marked as removed.
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

/** Where the privacy events are, in the folder of what Airlock keeps for itself. */
export function privacyLogPath(state: string): string {
  return join(state, "privacy.sqlite");
}

/** How often something happened to values of one kind. */
export interface PrivacyCount {
  readonly direction: string;
  /** Empty for what belongs to none. */
  readonly server: string;
  readonly kind: string;
  readonly action: string;
  readonly events: number;
  /** Different values, by their fingerprints. */
  readonly values: number;
}

const COUNT = `
SELECT direction, coalesce(server, '') AS server, kind, action,
  count(*) AS events, count(DISTINCT fingerprint) AS "values"
FROM privacy_events
WHERE :session IS NULL OR session = :session
GROUP BY direction, server, kind, action
ORDER BY direction, server, kind, action`;

/**
 * Counts the privacy events of a database.
 *
 * @param session of one session or of a run without one; of all where it is absent
 */
export function countPrivacyEvents(path: string, session?: string): PrivacyCount[] {
  using database = openPrivacyDatabase(path);
  return database.prepare(COUNT).all({ session: session ?? null }) as unknown as PrivacyCount[];
}
