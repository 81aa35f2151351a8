import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { lead, leadFilter, leadId } from "../lead.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that reads the leads page by page. */
export function registerListLeads(server: McpServer, crm: Crm): void {
  server.registerTool("list_leads", {
    title: "List leads",
    description: "Lists leads by id, one page at a time, optionally only those that match all " +
      "the conditions given. Pass next_cursor back as cursor to get the next page.",
    inputSchema: {
      ...leadFilter.shape,
      cursor: leadId.optional().describe("The next_cursor of the page before"),
      limit: z.int().min(1).max(10_000).default(100).describe("Longest page wanted"),
    },
    outputSchema: {
      leads: z.array(lead),
      total: z.int().describe("How many leads match, on all pages together"),
      next_cursor: leadId.nullable().describe("null on the last page"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ cursor, limit, ...filter }) => {
    const found = crm.leads.list(filter, { after: cursor ?? "", limit: limit + 1 });
    const page = found.slice(0, limit);
    const next_cursor = found.length > limit ? page.at(-1)?.id ?? null : null;
    return structuredReply(
      { leads: page, total: crm.leads.count(filter), next_cursor },
      // The table is sent once: 10,000 leads are 5 MB, and many clients read 10 MB at most.
      `${page.length} leads, in the structured content`,
    );
  });
}
