import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import { fileTitle, rows, sheetId } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that writes a sheet. */
export function registerWriteSheet(server: McpServer, drive: FileStore): void {
  server.registerTool(
    "write_sheet",
    {
      title: "Write sheet",
      description:
        "Creates a sheet, or replaces title, columns and rows of the one that has the id. " +
        "Returns the file without its rows, as JSON. Fails if a row does not have one cell for each " +
        "column.",
      inputSchema: {
        sheet_id: sheetId,
        title: fileTitle,
        columns: z.array(z.string().min(1).max(200)).min(1).max(200),
        rows,
      },
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    ({ sheet_id, title, columns, rows }) =>
      reply(drive.write({ kind: "sheet", id: sheet_id, title, columns, rows })),
  );
}
