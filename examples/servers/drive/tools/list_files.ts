import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { fileHeader } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that lists the files. */
export function registerListFiles(server: McpServer, drive: FileStore): void {
  server.registerTool(
    "list_files",
    {
      title: "List files",
      description: "Lists the documents and sheets of the drive, by id, without what is in them.",
      inputSchema: {
        kind: fileHeader.shape.kind.optional().describe("Only files of this kind"),
      },
      outputSchema: { files: z.array(fileHeader) },
      annotations: {
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    ({ kind }) =>
      structuredReply({ files: drive.list().filter((file) => !kind || file.kind === kind) }),
  );
}
