import type { DatabaseSync } from "node:sqlite";

/** An e-mail as it would have gone out. */
export type SentEmail = {
  readonly email_id: string;
  readonly lead_id: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly sent_at: string;
};

/** The e-mails "sent": they are written down here and never leave the machine. */
export class Outbox {
  readonly #database: DatabaseSync;

  /** Adds its table to the database where it is missing. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS outbox (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        lead_id TEXT NOT NULL,
        "to" TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        sent_at TEXT NOT NULL
      ) STRICT`);
  }

  /** Writes the e-mail down, with the time of now. */
  send(email: Pick<SentEmail, "lead_id" | "to" | "subject" | "body">): SentEmail {
    const sent = { ...email, sent_at: new Date().toISOString() };
    const { lastInsertRowid } = this.#database.prepare(
      `INSERT INTO outbox (lead_id, "to", subject, body, sent_at)
       VALUES (:lead_id, :to, :subject, :body, :sent_at)`,
    ).run(sent);
    return { email_id: emailId(lastInsertRowid), ...sent };
  }

  /** The latest e-mails, the latest first; only those to one lead where an id is given. */
  list({ lead_id, limit }: { lead_id?: string | undefined; limit: number }): SentEmail[] {
    const rows = this.#database.prepare(
      `SELECT * FROM outbox WHERE :lead_id IS NULL OR lead_id = :lead_id
       ORDER BY number DESC LIMIT :limit`,
    ).all({ lead_id: lead_id ?? null, limit });
    return rows.map(({ number, ...email }) =>
      ({ email_id: emailId(Number(number)), ...email }) as SentEmail
    );
  }
}

function emailId(number: number | bigint): string {
  return `mail-${String(number).padStart(5, "0")}`;
}
