// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Crm } from "../open_crm.ts";

/** Makes the files of finished exports readable as `crm://exports/{export_id}`. */
export function registerExportFiles(server: McpServer, crm: Crm): void {
  server.registerResource(
    "export",
    new ResourceTemplate("crm://exports/{export_id}", { list: undefined }),
    { title: "Exported leads", mimeType: "text/csv" },
    (uri, { export_id }) => ({
      contents: [{
        uri: uri.href,
        mimeType: "text/csv",
        text: crm.exports.read(String(export_id)),
      }],
    }),
  );
}
