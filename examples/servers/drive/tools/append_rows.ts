import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { rows, sheetId } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that adds rows to a sheet. */
export function registerAppendRows(server: McpServer, drive: FileStore): void {
  server.registerTool("append_rows", {
    title: "Append rows",
    description:
      "Adds rows below those of a sheet. Fails, and adds none, if there is no sheet with " +
      "the id or a row does not have one cell for each column.",
    inputSchema: { sheet_id: sheetId, rows },
    outputSchema: { sheet_id: sheetId, total_rows: z.int() },
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    },
  }, ({ sheet_id, rows }) => {
    const { size } = drive.append(sheet_id, rows);
    return structuredReply({ sheet_id, total_rows: size });
  });
}
