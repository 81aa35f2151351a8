import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import { structuredReply } from "../../reply.ts";
import { documentId, fileTitle } from "../file.ts";
import type { FileStore } from "../file_store.ts";

/** Adds the tool that reads a document, whole or in parts. */
export function registerReadDocument(server: McpServer, drive: FileStore): void {
  server.registerTool("read_document", {
    title: "Read document",
    description:
      "Returns the text of a document. A text that is longer than max_characters comes " +
      "in parts: pass next_offset back as offset to get the next one. Fails if there is no " +
      "document with the id.",
    inputSchema: {
      document_id: documentId,
      offset: z.int().min(0).default(0).describe("Characters to leave out at the beginning"),
      max_characters: z.int().min(1).max(2_000_000).default(500_000),
    },
    outputSchema: {
      document_id: documentId,
      title: fileTitle,
      text: z.string(),
      characters: z.int().describe("Length of the whole text"),
      next_offset: z.int().nullable().describe("null if the text ends here"),
    },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ document_id, offset, max_characters }) => {
    const { title, text: whole } = drive.getDocument(document_id);
    const characters = whole.length;
    const end = offset + max_characters;
    const text = whole.slice(offset, end);
    const next_offset = end < characters ? end : null;
    return structuredReply({ document_id, title, text, characters, next_offset }, text);
  });
}
