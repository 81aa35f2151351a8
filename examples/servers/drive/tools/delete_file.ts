import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { reply } from "../../reply.ts";
import { fileId } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that deletes a file. */
export function registerDeleteFile(server: McpServer, drive: FileStore): void {
  server.registerTool("delete_file", {
    title: "Delete file",
    description: "Deletes a document or a sheet for good. Fails if there is no file with the id.",
    inputSchema: { file_id: fileId },
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ file_id }) => {
    drive.delete(file_id);
    return reply({ deleted: file_id });
  });
}
