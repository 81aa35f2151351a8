import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { structuredReply } from "../../reply.ts";
import { lead, leadId } from "../lead.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that reads one lead. */
export function registerGetLead(server: McpServer, crm: Crm): void {
  server.registerTool("get_lead", {
    title: "Get lead",
    description: "Returns one lead with all its fields. Fails if there is no lead with the id.",
    inputSchema: { lead_id: leadId },
    outputSchema: lead.shape,
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id }) => structuredReply(crm.leads.get(lead_id)));
}
