import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { fileTitle, rows, sheetId } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that reads a sheet, whole or in parts. */
export function registerReadSheet(server: McpServer, drive: FileStore): void {
  server.registerTool("read_sheet", {
    title: "Read sheet",
    description: "Returns rows of a sheet. Each row has one cell for each of the columns; an " +
      "empty cell is null. Pass next_row back as start_row to get the next rows. Fails if there " +
      "is no sheet with the id.",
    inputSchema: {
      sheet_id: sheetId,
      start_row: z.int().min(0).default(0).describe("First row wanted; the first of all is 0"),
      max_rows: z.int().min(1).max(10_000).default(1_000),
    },
    outputSchema: {
      sheet_id: sheetId,
      title: fileTitle,
      columns: z.array(z.string()),
      rows,
      total_rows: z.int(),
      next_row: z.int().nullable().describe("null if the sheet ends here"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ sheet_id, start_row, max_rows }) => {
    const { title, columns, rows } = drive.getSheet(sheet_id);
    const end = start_row + max_rows;
    return structuredReply({
      sheet_id,
      title,
      columns,
      rows: rows.slice(start_row, end),
      total_rows: rows.length,
      next_row: end < rows.length ? end : null,
    });
  });
}
