import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { reply } from "../../reply.ts";
import { leadId } from "../lead.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that deletes a lead. */
export function registerDeleteLead(server: McpServer, crm: Crm): void {
  server.registerTool("delete_lead", {
    title: "Delete lead",
    description:
      "Deletes one lead with its notes, for good. Fails if there is no lead with the id.",
    inputSchema: { lead_id: leadId },
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id }) => {
    crm.leads.delete(lead_id);
    return reply({ deleted: lead_id });
  });
}
