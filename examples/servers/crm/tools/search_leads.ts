import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that finds leads by a text. */
export function registerSearchLeads(server: McpServer, crm: Crm): void {
  server.registerTool("search_leads", {
    title: "Search leads",
    description: "Finds the leads whose name, email, phone, company or notes contain a text. " +
      "Returns JSON: the leads found, by id, without their notes. Upper and lower case are the " +
      "same for the letters A to Z.",
    inputSchema: {
      query: z.string().min(2).max(200).describe("Text to look for, as it is; no wildcards"),
      limit: z.int().min(1).max(100).default(20).describe("Most leads wanted"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ query, limit }) => {
    const found = crm.leads.search(query, limit).map(({ notes: _, ...lead }) => lead);
    return reply({ leads: found });
  });
}
