// @generated airlock 1: crm/import_note
import { callMCPTool } from "../client.ts";

export type ImportNoteInput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
  /** <= 200 chars */
  title: string;
  /** <= 2000000 chars */
  text: string;
};

export type ImportNoteOutput = {
  /** Such as "note-0a1b2c3d4e5f" (/^note-[0-9a-f]{12}$/) */
  note_id: string;
  lead_id: string;
  title: string;
  /** Length of the text in UTF-16 code units, as JavaScript counts */
  characters: number;
};

/**
 * Attaches a text to a lead, such as the transcript of a meeting. Returns the note without its text. The note_id is derived from lead, title and text: importing the same again gives the same note and adds none. Fails if there is no lead with the id.
 * (not destructive, idempotent)
 * @example await import_note({ lead_id: "...", title: "...", text: "..." })
 */
export function import_note(input: ImportNoteInput): Promise<ImportNoteOutput> {
  return callMCPTool("crm", "import_note", input);
}
