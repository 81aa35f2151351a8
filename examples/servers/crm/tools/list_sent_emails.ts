import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import { leadId } from "../lead.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that shows what was sent. */
export function registerListSentEmails(server: McpServer, crm: Crm): void {
  server.registerTool("list_sent_emails", {
    title: "List sent e-mails",
    description: "Lists the e-mails that send_email has sent, the latest first. Returns JSON.",
    inputSchema: {
      lead_id: leadId.optional().describe("Only e-mails to this lead"),
      limit: z.int().min(1).max(1_000).default(50).describe("Most e-mails wanted"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ lead_id, limit }) => reply({ emails: crm.outbox.list({ lead_id, limit }) }));
}
