import type { DatabaseSync } from "node:sqlite";
import type { Lead, LeadFilter } from "./lead.ts";
import { generateLeads } from "./seed/generate_leads.ts";

/** Where a page of leads starts and how long it is. */
export interface LeadPage {
  /** The id of the last lead of the page before; "" for the first page. */
  readonly after: string;
  readonly limit: number;
}

/** The columns that a change may touch, and with it nothing else. */
export type LeadChanges = Partial<
  Pick<Lead, "name" | "email" | "phone" | "company" | "status" | "score" | "deal_value" | "notes">
>;

/** The order is that of {@linkcode Lead}, so that a row is a lead as it comes. */
const COLUMNS = {
  id: "TEXT PRIMARY KEY",
  name: "TEXT NOT NULL",
  email: "TEXT NOT NULL",
  phone: "TEXT NOT NULL",
  company: "TEXT NOT NULL",
  country: "TEXT NOT NULL",
  national_id: "TEXT NOT NULL",
  birth_date: "TEXT NOT NULL",
  status: "TEXT NOT NULL",
  score: "INTEGER NOT NULL",
  deal_value: "INTEGER NOT NULL",
  created_at: "TEXT NOT NULL",
  updated_at: "TEXT NOT NULL",
  notes: "TEXT NOT NULL",
} as const satisfies Record<keyof Lead, string>;

const COLUMN_NAMES = Object.keys(COLUMNS) as readonly (keyof Lead)[];

const MATCHES_FILTER = `
  (:status IS NULL OR status = :status) AND
  (:country IS NULL OR country = :country) AND
  score >= coalesce(:min_score, 0) AND
  deal_value >= coalesce(:min_deal_value, 0)`;

const MATCHES_TEXT = ["name", "email", "phone", "company", "notes"]
  .map((column) => `${column} LIKE :pattern ESCAPE '\\'`).join(" OR ");

/** The leads, in a SQLite database that is filled when it is new. */
export class LeadStore {
  readonly #database: DatabaseSync;

  /** Takes over a database that is empty, or that another store made. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#seedOnce();
  }

  /** One page of the leads that match, by id. */
  list(filter: LeadFilter, { after, limit }: LeadPage): Lead[] {
    return this.#all(
      `SELECT * FROM leads WHERE id > :after AND ${MATCHES_FILTER} ORDER BY id LIMIT :limit`,
      { ...allConditions(filter), after, limit },
    );
  }

  /** How many leads match. */
  count(filter: LeadFilter): number {
    const row = this.#database
      .prepare(`SELECT count(*) AS count FROM leads WHERE ${MATCHES_FILTER}`)
      .get(allConditions(filter));
    return Number(row?.count);
  }

  /** The first leads, by id, that have the text somewhere; case does not matter in A to Z. */
  search(text: string, limit: number): Lead[] {
    const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    return this.#all(
      `SELECT * FROM leads WHERE ${MATCHES_TEXT} ORDER BY id LIMIT :limit`,
      { pattern, limit },
    );
  }

  /** The lead with the id; throws where there is none. */
  get(id: string): Lead {
    const [lead] = this.#all("SELECT * FROM leads WHERE id = :id", { id });
    if (!lead) throw new Error(`Unknown lead: there is no "${id}"`);
    return lead;
  }

  /** The first lead with the address; throws where there is none. */
  getByEmail(email: string): Lead {
    const [lead] = this.#all("SELECT * FROM leads WHERE email = :email ORDER BY id LIMIT 1", {
      email,
    });
    if (!lead) throw new Error(`Unknown recipient: no lead has the address "${email}"`);
    return lead;
  }

  /** Writes the changes and returns the whole lead as it is now. */
  update(id: string, changes: LeadChanges): Lead {
    const changed = { ...this.get(id), ...changes, updated_at: new Date().toISOString() };
    const assignments = COLUMN_NAMES.map((name) => `${name} = :${name}`).join(", ");
    this.#database.prepare(`UPDATE leads SET ${assignments} WHERE id = :id`).run(changed);
    return changed;
  }

  /** Removes the lead for good; throws where there is none. */
  delete(id: string): void {
    this.get(id);
    this.#database.prepare("DELETE FROM leads WHERE id = :id").run({ id });
  }

  #all(sql: string, parameters: Record<string, string | number | null>): Lead[] {
    // The table's columns are those of a lead, and nobody else writes to it.
    return this.#database.prepare(sql).all(parameters) as unknown as Lead[];
  }

  /** In one transaction, so that a database holds all the leads or none. */
  #seedOnce(): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      if (!this.#isSeeded()) this.#seed();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #isSeeded(): boolean {
    const tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'leads'";
    return this.#database.prepare(tables).get() !== undefined;
  }

  #seed(): void {
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
    this.#database.exec(`CREATE TABLE leads (${columns.join(", ")}) STRICT`);
    const places = COLUMN_NAMES.map(() => "?");
    const insert = this.#database.prepare(`INSERT INTO leads VALUES (${places.join(", ")})`);
    for (const lead of generateLeads()) insert.run(...COLUMN_NAMES.map((name) => lead[name]));
  }
}

function allConditions(filter: LeadFilter): Record<string, string | number | null> {
  const { status = null, country = null, min_score = null, min_deal_value = null } = filter;
  return { status, country, min_score, min_deal_value };
}
