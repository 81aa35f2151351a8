import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { reply } from "../../reply.ts";
import { documentId, fileTitle } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that writes a document. */
export function registerWriteDocument(server: McpServer, drive: FileStore): void {
  server.registerTool(
    "write_document",
    {
      title: "Write document",
      description: "Creates a document, or replaces title and text of the one that has the id. " +
        "Returns the file without its text, as JSON.",
      inputSchema: {
        document_id: documentId,
        title: fileTitle,
        text: z.string().max(2_000_000),
      },
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: true,
        openWorldHint: false,
      },
    },
    ({ document_id, title, text }) =>
      reply(drive.write({ kind: "document", id: document_id, title, text })),
  );
}
