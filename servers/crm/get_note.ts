// @generated airlock 1: crm/get_note
import { callMCPTool } from "../client.ts";

export type GetNoteInput = {
  /** Such as "note-0a1b2c3d4e5f" (/^note-[0-9a-f]{12}$/) */
  note_id: string;
};

export type GetNoteOutput = {
  note_id: string;
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
  title: string;
  /** Length of the text in UTF-16 code units, as JavaScript counts */
  characters: number;
  text: string;
};

/**
 * Returns one imported note with its text. Fails if there is no note with the id.
 * (read-only)
 * @example await get_note({ note_id: "..." })
 */
export function get_note(input: GetNoteInput): Promise<GetNoteOutput> {
  return callMCPTool("crm", "get_note", input);
}
