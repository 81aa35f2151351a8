import type { DatabaseSync } from "node:sqlite";
import { atOnce } from "./database.ts";
import type { Bucket, EntryChange, EventLog, LogEvent } from "./ports.ts";

/** The tables of buckets and logs. */
export const PORT_TABLES = `
CREATE TABLE entries (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT,
  UNIQUE (bucket, key)
) STRICT;
CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  log TEXT NOT NULL,
  subject TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  event TEXT NOT NULL,
  body BLOB,
  UNIQUE (log, subject, sequence)
) STRICT;
`;

/** Interval of the look for what other processes have written, while something is watched. */
const LOOK_MS = 250;
/** Removed keys are remembered for so many writes, that views of other processes drop them too. */
const KEPT_REMOVALS = 100_000;

/** Buckets and logs in one SQLite database, which has {@linkcode PORT_TABLES}. */
export class SqliteStorage implements Disposable {
  readonly #database: DatabaseSync;
  readonly #watchers = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #version = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Opens a bucket. */
  bucket<T>(name: string): Bucket<T> {
    const statements = this.#prepare({
      get: "SELECT value, revision FROM entries WHERE bucket = ? AND key = ? AND value IS NOT NULL",
      clear: "DELETE FROM entries WHERE bucket = ? AND key = ?",
      add: "INSERT INTO entries (bucket, key, value) VALUES (?, ?, ?)",
      changes: "SELECT key, value, revision FROM entries WHERE bucket = ? AND revision > ? " +
        "ORDER BY revision",
      purge: "DELETE FROM entries WHERE value IS NULL AND revision < ?",
    });
    const get = (key: string) => statements.get.get(name, key);
    const write = (key: string, value: T | undefined, isFree: () => boolean) => {
      const revision = atOnce(this.#database, () => {
        if (!isFree()) return undefined;
        statements.clear.run(name, key);
        const text = value === undefined ? null : JSON.stringify(value);
        const added = Number(statements.add.run(name, key, text).lastInsertRowid);
        if (value === undefined) statements.purge.run(added - KEPT_REMOVALS);
        return added;
      });
      if (revision !== undefined) this.#tell();
      return revision;
    };
    const isAt = (key: string, revision: number) => () => get(key)?.["revision"] === revision;
    return {
      get: async (key) => {
        const row = await get(key);
        return row &&
          { value: JSON.parse(String(row["value"])), revision: Number(row["revision"]) };
      },
      create: async (key, value) => await write(key, value, () => get(key) === undefined),
      update: async (key, value, revision) => await write(key, value, isAt(key, revision)),
      remove: async (key, revision) =>
        await write(key, undefined, isAt(key, revision)) !== undefined,
      changes: async (after) =>
        await statements.changes.all(name, after).map(({ key, value, revision }) => ({
          key: String(key),
          revision: Number(revision),
          ...(value !== null && { value: JSON.parse(String(value)) }),
        })) as EntryChange<T>[],
      watch: (listener) => this.#watch(listener),
    };
  }

  /** Opens a log. */
  log<E>(name: string): EventLog<E> {
    const statements = this.#prepare({
      last: "SELECT max(sequence) AS last FROM events WHERE log = ? AND subject = ?",
      add:
        "INSERT INTO events (log, subject, sequence, event, body) SELECT ?1, ?2, ?3 + 1, ?4, ?5 " +
        "WHERE coalesce((SELECT max(sequence) FROM events WHERE log = ?1 AND subject = ?2), 0) = ?3",
      read: "SELECT sequence, event, body FROM events WHERE log = ? AND subject = ? " +
        "AND sequence BETWEEN ? AND ? ORDER BY sequence",
      feed:
        "SELECT subject, sequence, event, position FROM events WHERE log = ? AND position > ? " +
        "ORDER BY position LIMIT ?",
      trim: "DELETE FROM events WHERE log = ? AND subject = ? AND sequence BETWEEN ? AND ?",
    });
    const last = (subject: string) => Number(statements.last.get(name, subject)?.["last"] ?? 0);
    const add = (subject: string, expected: number, { event, body }: LogEvent<E>) =>
      statements.add.run(name, subject, expected, JSON.stringify(event), body ?? null).changes ===
        1;
    const addAll = (subject: string, expected: number, events: readonly LogEvent<E>[]) =>
      events.every((event, at) => add(subject, expected + at, event));
    return {
      append: async (subject, expected, events) =>
        await (events.length === 1
          ? add(subject, expected, events[0]!)
          : atOnce(this.#database, () => addAll(subject, expected, events))),
      last: async (subject) => await last(subject),
      read: async (subject, { from = 1, to = Number.MAX_SAFE_INTEGER } = {}) =>
        await statements.read.all(name, subject, from, to).map(({ sequence, event, body }) => ({
          sequence: Number(sequence),
          event: JSON.parse(String(event)),
          ...(body !== null && { body: body as Uint8Array }),
        })),
      feed: async (after, limit) =>
        await statements.feed.all(name, after, limit).map((row) => ({
          subject: String(row["subject"]),
          sequence: Number(row["sequence"]),
          event: parseEvent(String(row["event"])),
          position: Number(row["position"]),
        })),
      trim: async (subject, { from, to }) => {
        await statements.trim.run(name, subject, from, Math.min(to, last(subject) - 1));
      },
      remove: async (subject) => {
        await statements.trim.run(name, subject, 0, Number.MAX_SAFE_INTEGER);
      },
    };
  }

  #prepare<S extends string>(sql: Readonly<Record<S, string>>) {
    const prepared = Object.entries<string>(sql).map(([name, text]) =>
      [name, this.#database.prepare(text)] as const
    );
    return Object.fromEntries(prepared) as Record<S, ReturnType<DatabaseSync["prepare"]>>;
  }

  #watch(listener: () => void): Disposable {
    const watcher = () => listener();
    this.#watchers.add(watcher);
    if (this.#timer === undefined) {
      this.#version = this.#readVersion();
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
    }
    return {
      [Symbol.dispose]: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.#stopLooking();
      },
    };
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The number changes with every write of another process. */
  #readVersion(): number {
    return Number(this.#database.prepare("PRAGMA data_version").get()!["data_version"]);
  }

  #look(): void {
    const version = this.#readVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.#tell();
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  [Symbol.dispose](): void {
    this.#stopLooking();
    this.#database.close();
  }
}

/** One damaged event keeps no other from being read. */
function parseEvent(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
