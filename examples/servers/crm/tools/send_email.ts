import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that sends an e-mail to a lead. */
export function registerSendEmail(server: McpServer, crm: Crm): void {
  server.registerTool("send_email", {
    title: "Send e-mail",
    description:
      "Sends a plain text e-mail to a lead. Fails if the address is not that of a lead. " +
      "This sample only writes the e-mail down, for list_sent_emails.",
    inputSchema: {
      to: z.email().describe("The lead's address, as in its email field"),
      subject: z.string().min(1).max(200),
      body: z.string().min(1).max(20_000).describe("Plain text"),
    },
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: true,
    },
  }, ({ to, subject, body }) => {
    const { id: lead_id } = crm.leads.getByEmail(to);
    const { email_id, sent_at } = crm.outbox.send({ lead_id, to, subject, body });
    return reply({ email_id, lead_id, sent_at });
  });
}
