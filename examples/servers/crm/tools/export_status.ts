import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that tells how far an export is. */
export function registerExportStatus(server: McpServer, crm: Crm): void {
  server.registerTool("export_status", {
    title: "Export status",
    description:
      "Tells how far an export is: pending, then running, then done or failed. Fails if " +
      "there is no export with the id.",
    inputSchema: { export_id: z.string().describe("As start_export returned it") },
    outputSchema: {
      export_id: z.string(),
      state: z.enum(["pending", "running", "done", "failed"]),
      percent: z.int().min(0).max(100),
      rows: z.int().optional().describe("Number of leads in the file, once it is done"),
      bytes: z.int().optional().describe("Size of the file, once it is done"),
      uri: z.string().optional().describe("Resource that holds the file, once it is done"),
      error: z.string().optional().describe("What went wrong, if it failed"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    },
  }, ({ export_id }) => structuredReply(crm.exports.poll(export_id)));
}
