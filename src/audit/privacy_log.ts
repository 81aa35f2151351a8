import type { DatabaseSync, StatementSync } from "node:sqlite";
import { AirlockError } from "../model/errors.ts";
import type { PrivacyEvent } from "../privacy/privacy_event.ts";
import { hostTurns } from "../work/host_turns.ts";
import { openPrivacyDatabase } from "./open_privacy_database.ts";

/** Writes down what the door does: append-only, and never a value. */
export interface PrivacyLog extends AsyncDisposable {
  /** Takes events that come of a principal's work; they are written soon, in its turns. */
  write(events: readonly PrivacyEvent[], principal?: string): void;
  /**
   * Resolves when all events that were taken of a principal are written.
   *
   * @throws {AirlockError} INTERNAL where they cannot be
   */
  settled(principal?: string): Promise<void>;
}

/** So few are written at once where somebody waits for them. */
const FEW = 100;
/** How many rows are written between two looks at the clock. */
const ROWS_PER_LOOK = 8;

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
