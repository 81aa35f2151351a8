import { z } from "zod";
import { leadId } from "./lead.ts";

/** The id of a note. */
export const noteId = z.string().regex(/^note-[0-9a-f]{12}$/).describe(
  'Such as "note-0a1b2c3d4e5f"',
);

/** A text that belongs to a lead, without the text itself. */
export const noteHeader = z.object({
  note_id: noteId,
  lead_id: leadId,
  title: z.string(),
  characters: z.int().describe("Length of the text in UTF-16 code units, as JavaScript counts"),
});

/** A text that belongs to a lead. */
export const note = noteHeader.extend({ text: z.string() });

/** A text that belongs to a lead, without the text itself. */
export type NoteHeader = z.infer<typeof noteHeader>;

/** A text that belongs to a lead. */
export type Note = z.infer<typeof note>;
