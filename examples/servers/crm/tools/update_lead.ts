import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import { leadId, leadStatus } from "../lead.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that overwrites fields of a lead. */
export function registerUpdateLead(server: McpServer, crm: Crm): void {
  server.registerTool("update_lead", {
    title: "Update lead",
    description: "Overwrites the fields given and keeps the others. Returns the whole lead as " +
      "it is now, as JSON. Fails if there is no lead with the id or no field to change.",
    inputSchema: {
      lead_id: leadId,
      name: z.string().min(1).max(200).optional(),
      email: z.email().optional(),
      phone: z.string().min(4).max(40).optional(),
      company: z.string().min(1).max(200).optional(),
      status: leadStatus.optional(),
      score: z.int().min(0).max(100).optional(),
      deal_value: z.int().min(0).optional().describe("In euros"),
      notes: z.string().max(20_000).optional().describe("Replaces the notes there are"),
    },
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id, ...fields }) => {
    const changes = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    );
    if (Object.keys(changes).length === 0) {
      throw new Error("Cannot update lead: no field to change was given");
    }
    return reply(crm.leads.update(lead_id, changes));
  });
}
