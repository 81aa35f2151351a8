/**
 * A CRM with 10,000 made-up leads: an MCP server that speaks over stdin and stdout.
 *
 * A new database in memory, the same each time; no permission is needed:
 *
 *     deno run examples/servers/crm.ts
 *
 * A database that stays, filled when it is new:
 *
 *     deno run --allow-read=. --allow-write=. examples/servers/crm.ts --db crm.sqlite
 */
// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { openCrm } from "./crm/open_crm.ts";
import { registerExportFiles } from "./crm/resources/export_files.ts";
import { registerDeleteLead } from "./crm/tools/delete_lead.ts";
import { registerExportStatus } from "./crm/tools/export_status.ts";
import { registerGetLead } from "./crm/tools/get_lead.ts";
import { registerGetNote } from "./crm/tools/get_note.ts";
import { registerImportNote } from "./crm/tools/import_note.ts";
import { registerListLeads } from "./crm/tools/list_leads.ts";
import { registerListNotes } from "./crm/tools/list_notes.ts";
import { registerListSentEmails } from "./crm/tools/list_sent_emails.ts";
import { registerSearchLeads } from "./crm/tools/search_leads.ts";
import { registerSendEmail } from "./crm/tools/send_email.ts";
import { registerStartExport } from "./crm/tools/start_export.ts";
import { registerUpdateLead } from "./crm/tools/update_lead.ts";

const PARTS = [
  registerListLeads,
  registerGetLead,
  registerSearchLeads,
  registerUpdateLead,
  registerDeleteLead,
  registerSendEmail,
  registerListSentEmails,
  registerImportNote,
  registerListNotes,
  registerGetNote,
  registerStartExport,
  registerExportStatus,
  registerExportFiles,
];

const crm = openCrm(databasePath(Deno.args));
const server = new McpServer({ name: "crm", version: "1.0.0" }, {
  instructions: "Sales leads. A lead is known by its id; ids never change.",
});
for (const register of PARTS) register(server, crm);
await server.connect(new StdioServerTransport());

function databasePath(args: readonly string[]): string {
  if (args.length === 0) return ":memory:";
  const [option, path] = args;
  if (option === "--db" && path && args.length === 2) return path;
  console.error("Usage: crm.ts [--db FILE]");
  Deno.exit(2);
}
