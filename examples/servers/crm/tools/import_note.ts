import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { leadId } from "../lead.ts";
import { noteHeader } from "../note.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that attaches a long text to a lead. */
export function registerImportNote(server: McpServer, crm: Crm): void {
  server.registerTool("import_note", {
    title: "Import note",
    description:
      "Attaches a text to a lead, such as the transcript of a meeting. Returns the note " +
      "without its text. The note_id is derived from lead, title and text: importing the same " +
      "again gives the same note and adds none. Fails if there is no lead with the id.",
    inputSchema: {
      lead_id: leadId,
      title: z.string().min(1).max(200),
      text: z.string().min(1).max(2_000_000),
    },
    outputSchema: noteHeader.shape,
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id, title, text }) => {
    crm.leads.get(lead_id);
    return structuredReply(crm.notes.import({ lead_id, title, text }));
  });
}
