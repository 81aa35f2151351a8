import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { leadFilter } from "../lead.ts";
import type { Crm } from "../open_crm.ts";
import { LEAD_COUNT } from "../seed/generate_leads.ts";

/** Adds the tool that starts an export of leads. */
export function registerStartExport(server: McpServer, crm: Crm): void {
  server.registerTool("start_export", {
    title: "Start export",
    description: "Starts to export leads as CSV and returns at once. Call export_status until " +
      "state is done or failed. Without conditions all the leads are exported.",
    inputSchema: leadFilter,
    outputSchema: { export_id: z.string() },
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    },
  }, (filter) => {
    const leads = crm.leads.list(filter, { after: "", limit: LEAD_COUNT });
    return structuredReply({ export_id: crm.exports.start(leads) });
  });
}
