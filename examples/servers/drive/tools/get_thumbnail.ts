import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { fileId } from "../file.ts";
import type { FileStore } from "../file_store.ts";
import { thumbnailOf } from "../thumbnail.ts";

/** Adds the tool that shows a small picture of a file. */
export function registerGetThumbnail(server: McpServer, drive: FileStore): void {
  server.registerTool("get_thumbnail", {
    title: "Get thumbnail",
    description:
      "Returns a small picture of a file, as PNG. Fails if there is no file with the id.",
    inputSchema: { file_id: fileId },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ file_id }) => {
    const data = thumbnailOf(drive.get(file_id));
    return { content: [{ type: "image", mimeType: "image/png", data }] };
  });
}
