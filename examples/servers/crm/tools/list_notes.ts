import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { leadId } from "../lead.ts";
import { noteHeader } from "../note.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that lists the notes of a lead. */
export function registerListNotes(server: McpServer, crm: Crm): void {
  server.registerTool("list_notes", {
    title: "List notes",
    description: "Lists the imported notes of a lead, without their texts. Fails if there is no " +
      "lead with the id.",
    inputSchema: { lead_id: leadId },
    outputSchema: { notes: z.array(noteHeader) },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id }) => {
    crm.leads.get(lead_id);
    return structuredReply({ notes: crm.notes.list(lead_id) });
  });
}
