// @generated airlock 1: crm/list_notes
import { callMCPTool } from "../client.ts";

export type ListNotesInput = {
  /** Such as "lead-00042" (/^lead-\d{5}$/) */
  lead_id: string;
};

export type ListNotesOutput = {
  notes: {
    /** Such as "note-0a1b2c3d4e5f" (/^note-[0-9a-f]{12}$/) */
    note_id: string;
    lead_id: string;
    title: string;
    /** Length of the text in UTF-16 code units, as JavaScript counts */
    characters: number;
  }[];
};

/**
 * Lists the imported notes of a lead, without their texts. Fails if there is no lead with the id.
 * (read-only)
 * @example await list_notes({ lead_id: "..." })
 */
export function list_notes(input: ListNotesInput): Promise<ListNotesOutput> {
  return callMCPTool("crm", "list_notes", input);
}
