import { DatabaseSync } from "node:sqlite";
import { ExportJobs } from "./export_jobs.ts";
import { LeadStore } from "./lead_store.ts";
import { NoteStore } from "./note_store.ts";
import { Outbox } from "./outbox.ts";

/** What the tools work on. */
export interface Crm {
  readonly leads: LeadStore;
  readonly notes: NoteStore;
  readonly outbox: Outbox;
  readonly exports: ExportJobs;
}

/** Opens the database of the path, ":memory:" for one that ends with the process. */
export function openCrm(path: string): Crm {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  let leads: LeadStore | undefined;
  return {
    // A new database is filled by the first call, so that a client need not wait to connect.
    get leads() {
      return leads ??= new LeadStore(database);
    },
    notes: new NoteStore(database),
    outbox: new Outbox(database),
    exports: new ExportJobs(),
  };
}
