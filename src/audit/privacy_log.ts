import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AirlockError } from "../errors.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import { openPrivacyDatabase } from "./open_privacy_database.ts";

/** Writes down what the door does: append-only, and never a value. */
export interface PrivacyLog extends AsyncDisposable {
  /** Takes events; they are written soon. */
  write(events: readonly PrivacyEvent[]): void;
  /**
   * Resolves when all events that were taken are written.
   *
   * @throws {AirlockError} INTERNAL where they cannot be
   */
  settled(): Promise<void>;
}

/** So many are written at once; the event loop is free between two of them. */
const SLICE = 500;

/** A run that is under way is better served by the time that this takes, where nobody waits for it. */
const SOON_MS = 25;

const INSERT = `
INSERT INTO privacy_events (
  at_ms, session, seq, direction, server, tool, path, kind, token, detector, confidence, action,
  reason, length, fingerprint
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** Opens the log, a SQLite database that only its owner can read. */
export async function openPrivacyLog(path: string): Promise<PrivacyLog> {
  return new SqlitePrivacyLog(await openPrivacyDatabase(path));
}

class SqlitePrivacyLog implements PrivacyLog {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #waiting: PrivacyEvent[] = [];
  #writing: Promise<void> | undefined;
  #failure: AirlockError | undefined;
  #hurry = () => {};

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(INSERT);
  }

  write(events: readonly PrivacyEvent[]): void {
    for (const event of events) this.#waiting.push(event);
    this.#writing ??= this.#writeSoon();
  }

  async settled(): Promise<void> {
    // What is little is written at once: a call waits for it.
    if (this.#waiting.length > 0 && this.#waiting.length <= SLICE) this.#writeSlice();
    this.#hurry();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hurry();
    await this.#writing;
    this.#database.close();
  }

  async #writeSoon(): Promise<void> {
    await this.#pause();
    while (this.#waiting.length > 0) {
      this.#writeSlice();
      await new Promise((resolve) => setTimeout(resolve));
    }
    this.#writing = undefined;
  }

  /** Ends early as soon as somebody waits. */
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, SOON_MS);
    this.#hurry = resolve;
    await promise;
    clearTimeout(timer);
    this.#hurry = () => {};
  }

  #writeSlice(): void {
    const slice = this.#waiting.splice(0, SLICE);
    if (slice.length === 0) return;
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const event of slice) this.#insert.run(...rowOf(event));
      this.#database.exec("COMMIT");
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      // From here on nothing is restored any more: what is not written down must not happen.
      this.#failure = new AirlockError("INTERNAL", "Cannot write audit", { cause });
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
