/**
 * A drive with sheets and long documents: an MCP server that speaks over stdin and stdout.
 *
 * Its files are in memory, the same ones each time it starts; no permission is needed:
 *
 *     deno run examples/servers/drive.ts
 */
// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/server/stdio"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { FileStore } from "./drive/file_store.ts";
import { registerFileContents } from "./drive/resources/file_contents.ts";
import { createFiles } from "./drive/seed/create_files.ts";
import { registerAppendRows } from "./drive/tools/append_rows.ts";
import { registerDeleteFile } from "./drive/tools/delete_file.ts";
import { registerGetThumbnail } from "./drive/tools/get_thumbnail.ts";
import { registerListFiles } from "./drive/tools/list_files.ts";
import { registerReadDocument } from "./drive/tools/read_document.ts";
import { registerReadSheet } from "./drive/tools/read_sheet.ts";
import { registerSearchFiles } from "./drive/tools/search_files.ts";
import { registerWriteDocument } from "./drive/tools/write_document.ts";
import { registerWriteSheet } from "./drive/tools/write_sheet.ts";

const PARTS = [
  registerListFiles,
  registerSearchFiles,
  registerReadDocument,
  registerWriteDocument,
  registerReadSheet,
  registerAppendRows,
  registerWriteSheet,
  registerDeleteFile,
  registerGetThumbnail,
  registerFileContents,
];

const drive = new FileStore(createFiles());
const server = new McpServer({ name: "drive", version: "1.0.0" }, {
  instructions: "Documents and sheets. A file is known by its id; list_files shows them all.",
});
for (const register of PARTS) register(server, drive);
await server.connect(new StdioServerTransport());
