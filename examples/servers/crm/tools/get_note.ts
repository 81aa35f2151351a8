import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { structuredReply } from "../../reply.ts";
import { note, noteId } from "../note.ts";
import type { Crm } from "../open_crm.ts";

/** Adds the tool that reads one note. */
export function registerGetNote(server: McpServer, crm: Crm): void {
  server.registerTool("get_note", {
    title: "Get note",
    description: "Returns one imported note with its text. Fails if there is no note with the id.",
    inputSchema: { note_id: noteId },
    outputSchema: note.shape,
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ note_id }) => structuredReply(crm.notes.get(note_id)));
}
