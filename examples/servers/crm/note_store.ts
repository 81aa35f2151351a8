import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Note, NoteHeader } from "./note.ts";

/** Long texts that belong to leads, such as the transcripts of meetings. */
export class NoteStore {
  readonly #database: DatabaseSync;

  /** Adds its table to the database where it is missing; a lead's notes go with the lead. */
  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS notes (
        note_id TEXT PRIMARY KEY,
        lead_id TEXT NOT NULL REFERENCES leads (id) ON DELETE CASCADE,
        title TEXT NOT NULL,
        characters INTEGER NOT NULL,
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX IF NOT EXISTS notes_of_lead ON notes (lead_id)`);
  }

  /** Keeps the note; its id comes from what it says, so that keeping it twice changes nothing. */
  import(note: Pick<Note, "lead_id" | "title" | "text">): NoteHeader {
    const digest = createHash("sha256").update(
      JSON.stringify([note.lead_id, note.title, note.text]),
    );
    const note_id = `note-${digest.digest("hex").slice(0, 12)}`;
    const row = { note_id, ...note, characters: note.text.length };
    this.#database.prepare(
      `INSERT INTO notes (note_id, lead_id, title, characters, text)
       VALUES (:note_id, :lead_id, :title, :characters, :text) ON CONFLICT DO NOTHING`,
    ).run(row);
    const { text: _, ...header } = row;
    return header;
  }

  /** The headers of a lead's notes, by title. */
  list(lead_id: string): NoteHeader[] {
    const rows = this.#database.prepare(
      `SELECT note_id, lead_id, title, characters FROM notes WHERE lead_id = :lead_id
       ORDER BY title, note_id`,
    ).all({ lead_id });
    return rows as unknown as NoteHeader[];
  }

  /** The note with the id; throws where there is none. */
  get(note_id: string): Note {
    const row = this.#database.prepare("SELECT * FROM notes WHERE note_id = :note_id")
      .get({ note_id });
    if (!row) throw new Error(`Unknown note: there is no "${note_id}"`);
    return row as unknown as Note;
  }
}
