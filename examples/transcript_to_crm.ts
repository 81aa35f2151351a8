// A transcript of 50,000 model tokens goes from the drive to a lead; only ids and sizes come back.
import { import_note } from "./servers/crm/import_note.ts";
import { read_document } from "./servers/drive/read_document.ts";

const transcript = await read_document({ document_id: "doc-transcript" });

const note = await import_note({
  lead_id: "lead-00042",
  title: transcript.title,
  text: transcript.text,
});

if (note.characters !== transcript.characters) {
  throw new Error("The transcript did not arrive whole");
}
export default { lead: note.lead_id, note: note.note_id, characters: note.characters };
